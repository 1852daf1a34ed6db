/** One setting of a SCIM connection: saved at once, undone visibly when saving fails. */
import { api, sentenceOf } from './api.js';
import { announce, h } from './dom.js';

const savedMs = 3_000;

/**
 * What a setting is changed with.
 * @template Value
 * @typedef {{ input: HTMLInputElement | HTMLSelectElement, read: () => Value, show: (value: Value) => void,
 *   words: (value: Value) => string }} Control
 */

/**
 * @template Value
 * @param {string} path of the source
 * @param {{ name: string, label: string, help: readonly Node[], control: Control<Value> }} setting
 * @param {() => void} onSaved
 * @returns {{ element: HTMLElement, update: (source: Record<string, any>, askedAt: number) => void }}
 */
export function settingRow(path, { name, label, help, control }, onSaved) {
  const { input, read, show, words } = control;
  const feedback = h('span', { class: 'feedback' });
  const fault = h('p', { class: 'fault', role: 'alert' });
  let known = read();
  /** What is being saved; nothing else is taken meanwhile. */
  let pending = known;
  let saving = false;
  let savedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const save = async () => {
    // Not `disabled`, which would take the focus away.
    saving = true;
    pending = read();
    input.setAttribute('aria-busy', 'true');
    clearTimeout(timer);
    feedback.textContent = 'Saving…';
    fault.textContent = '';
    try {
      await api('PATCH', path, { [name]: pending });
      known = pending;
      feedback.textContent = 'Saved';
      announce(`${label}: ${words(known)}, saved`);
      onSaved();
      timer = setTimeout(() => feedback.replaceChildren(), savedMs);
    } catch (error) {
      show(known);
      feedback.textContent = '';
      fault.textContent = `Not saved, so it is still ${words(known)}. ${sentenceOf(error)}`;
    } finally {
      saving = false;
      savedAt = performance.now();
      input.removeAttribute('aria-busy');
    }
  };
  input.addEventListener('change', () => {
    if (saving) show(pending);
    else void save();
  });

  const helpId = `${name}-help`;
  input.id = name;
  input.setAttribute('aria-describedby', helpId);
  return {
    element: h(
      'div',
      { class: 'switch-row' },
      h('div', { class: 'switch-head' }, h('label', { for: name }, label), feedback, input),
      h('p', { id: helpId, class: 'help' }, ...help),
      fault,
    ),
    /** What was asked for before the last saving tells nothing new. */
    update(source, askedAt) {
      if (saving || askedAt <= savedAt) return;
      known = source[name];
      if (read() !== known) show(known);
    },
  };
}

/**
 * Help in one line a value, each with its name.
 * @param {readonly (readonly [string, string])[]} lines
 */
export function helpLines(lines) {
  return lines.map(([name, text]) => h('span', {}, h('b', {}, `${name}: `), text));
}

/** @returns {Control<boolean>} */
export function onOff() {
  const input = /** @type {HTMLInputElement} */ (
    h('input', { type: 'checkbox', role: 'switch', class: 'switch' })
  );
  return {
    input,
    read: () => input.checked,
    show: (value) => {
      input.checked = value;
    },
    words: (value) => (value ? 'on' : 'off'),
  };
}

/**
 * One of several values, by their names.
 * @param {readonly (readonly [string, string])[]} options
 * @returns {Control<string>}
 */
export function choice(options) {
  const input = /** @type {HTMLSelectElement} */ (
    h('select', {}, ...options.map(([value, name]) => h('option', { value }, name)))
  );
  return {
    input,
    read: () => input.value,
    show: (value) => {
      input.value = value;
    },
    words: (value) => `“${options.find(([one]) => one === value)?.[1] ?? value}”`,
  };
}
