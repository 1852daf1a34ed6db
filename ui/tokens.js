/** Tokens or client secrets: made, shown once, afterwards known by their prefixes, revoked. */
import { api, sentenceOf } from './api.js';
import { ask } from './confirm-dialog.js';
import { announce, h } from './dom.js';
import { freshToken } from './fresh-token.js';
import { tokenList } from './token-list.js';

/**
 * @typedef {import('./token-kinds.js').TokenKind} TokenKind
 * @typedef {import('./token-list.js').Token} Token
 */

/**
 * @param {string} path of the source
 * @param {TokenKind} kind
 * @param {{ onFresh?: (made: any) => void, onChange: () => void }} listener `onFresh` hears what was
 *   just made, and `null` when it is put away
 * @returns {{ element: HTMLElement, update: (answer: Record<string, readonly Token[]>) => void }}
 */
export function tokensPart(path, kind, { onFresh, onChange }) {
  const { noun } = kind;
  const base = `${path}/${kind.path}`;
  const place = h('div');
  const fault = h('p', { class: 'fault', role: 'alert' });
  let shownId = '';

  /** @param {any} made */
  const show = (made) => {
    shownId = made?.id ?? '';
    place.replaceChildren(...(made === null ? [] : [freshToken(kind.shown(made), dismiss)]));
    onFresh?.(made);
  };
  const form = tokenForm(kind, async (expiresInDays) => {
    fault.textContent = '';
    try {
      show(await api('POST', base, { expiresInDays }));
      place.querySelector('button')?.focus();
      announce(`The ${noun} was made. It is shown once: copy it now.`);
      onChange();
    } catch (error) {
      fault.textContent = sentenceOf(error);
    }
  });
  const dismiss = () => {
    show(null);
    form.focus();
  };
  const list = tokenList(kind, ({ id, prefix }) => {
    ask({
      title: `Revoke ${prefix}…?`,
      text: kind.warning,
      button: `Revoke ${noun}`,
      failed: 'Not revoked.',
      act: () => api('DELETE', `${base}/${id}`),
      onDone: () => {
        fault.textContent = '';
        if (shownId === id) show(null);
        announce(`The ${noun} ${prefix} was revoked`);
        onChange();
        list.focus();
      },
    });
  });

  const heading = h('h3', { class: 'label' }, kind.title);
  return {
    element: h('div', { class: 'field' }, heading, place, form.element, fault, list.element),
    update: (answer) => list.update(answer[kind.path] ?? []),
  };
}

/**
 * @param {TokenKind} kind
 * @param {(expiresInDays: number | null) => Promise<void>} make
 * @returns {{ element: HTMLElement, focus: () => void }}
 */
function tokenForm({ path, make: makeLabel, expires, help: helpText }, make) {
  const id = `${path}-expiry`;
  const expiry = /** @type {HTMLSelectElement} */ (
    h(
      'select',
      { id },
      h('option', { value: '' }, 'Never'),
      h('option', { value: '90' }, 'In 90 days'),
      h('option', { value: '365' }, 'In 1 year'),
    )
  );
  const press = async () => {
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    await make(expiry.value === '' ? null : Number(expiry.value));
    button.removeAttribute('aria-busy');
  };
  const button = h(
    'button',
    { type: 'button', class: 'button primary', onclick: () => void press() },
    makeLabel,
  );
  const help = h('p', { class: 'help' }, helpText);
  return {
    element: h(
      'div',
      { class: 'token-form' },
      h('label', { for: id }, expires),
      expiry,
      button,
      help,
    ),
    focus: () => button.focus(),
  };
}
