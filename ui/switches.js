/** The two switches of a SCIM connection: saved at once, undone visibly when saving fails. */
import { api, sentenceOf } from './api.js';
import { announce, card, h } from './dom.js';

const savedMs = 3_000;

const switches = [
  {
    name: 'creationEnabled',
    label: 'Enable new customer creation',
    on: 'A person who matches no customer becomes a new one.',
    off: 'People are accepted and existing customers are matched, but a person who matches none waits (“creation is off”) and is released when you switch it on.',
  },
  {
    name: 'provisioningEnabled',
    label: 'Enable SCIM provisioning',
    on: 'Your identity provider can create, change and deactivate people here.',
    off: 'It is refused (403, with a sentence that says why). Nothing is lost: customers stay as they are.',
  },
];

/**
 * @param {string} path of the source
 * @param {() => void} onSaved
 * @returns {{ element: HTMLElement, update: (source: Record<string, boolean>, askedAt: number) => void }}
 */
export function switchesCard(path, onSaved) {
  const rows = switches.map((one) => switchRow(path, one, onSaved));
  return {
    element: card('Switches', ...rows.map(({ element }) => element)),
    update: (source, askedAt) => {
      for (const row of rows) row.update(source, askedAt);
    },
  };
}

/**
 * @param {string} path
 * @param {typeof switches[number]} one
 * @param {() => void} onSaved
 */
function switchRow(path, { name, label, on, off }, onSaved) {
  const input = /** @type {HTMLInputElement} */ (
    h('input', {
      type: 'checkbox',
      role: 'switch',
      id: name,
      class: 'switch',
      'aria-describedby': `${name}-help`,
      onchange: () => void save(),
    })
  );
  const feedback = h('span', { class: 'feedback' });
  const fault = h('p', { class: 'fault', role: 'alert' });
  let saving = false;
  let savedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const save = async () => {
    const wanted = input.checked;
    // Not `disabled`, which would take the focus away.
    saving = true;
    input.setAttribute('aria-busy', 'true');
    clearTimeout(timer);
    feedback.textContent = 'Saving…';
    fault.textContent = '';
    try {
      await api('PATCH', path, { [name]: wanted });
      feedback.textContent = 'Saved';
      announce(`${label}: ${wanted ? 'on' : 'off'}, saved`);
      onSaved();
      timer = setTimeout(() => feedback.replaceChildren(), savedMs);
    } catch (error) {
      input.checked = !wanted;
      feedback.textContent = '';
      fault.textContent = `Not saved, so it is still ${wanted ? 'off' : 'on'}. ${sentenceOf(error)}`;
    } finally {
      saving = false;
      savedAt = performance.now();
      input.removeAttribute('aria-busy');
    }
  };
  input.addEventListener('click', (event) => {
    if (saving) event.preventDefault();
  });

  const element = h(
    'div',
    { class: 'switch-row' },
    h('div', { class: 'switch-head' }, h('label', { for: name }, label), feedback, input),
    h(
      'p',
      { id: `${name}-help`, class: 'help' },
      h('span', {}, h('b', {}, 'On: '), `${on} `),
      h('span', {}, h('b', {}, 'Off: '), off),
    ),
    fault,
  );
  return {
    element,
    /**
     * What was asked for before the last saving tells nothing new.
     * @param {Record<string, boolean>} source
     * @param {number} askedAt
     */
    update(source, askedAt) {
      if (!saving && askedAt > savedAt) input.checked = source[name] === true;
    },
  };
}
