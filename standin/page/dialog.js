/** A dialog that asks before it acts, and shows in itself what the store refuses. */
import { element } from './dom.js';

/**
 * Opens it: `fields` are what is asked, `act(form)` is done on submitting, and `label` is the word on
 * the button. It closes when `act` went well.
 */
export function openDialog({ title, text, fields = [], label, danger = false, act }) {
  const problem = element('p', { class: 'field-error', role: 'alert' });
  const close = () => dialog.close();
  const submit = async (event) => {
    event.preventDefault();
    problem.textContent = '';
    try {
      await act(event.target.elements);
      close();
    } catch (error) {
      problem.textContent = error.message;
    }
  };
  const form = element(
    'form',
    { novalidate: true, submit },
    element('h2', { id: 'dialog-title' }, title),
    text ? element('p', { class: 'muted' }, text) : null,
    element('div', { class: 'dialog-fields' }, fields),
    problem,
    element(
      'div',
      { class: 'actions' },
      element('button', { class: danger ? 'button danger' : 'button primary' }, label),
      element('button', { class: 'button', type: 'button', click: close }, 'Close'),
    ),
  );
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'dialog-title', close: () => dialog.remove() },
    form,
  );
  document.body.append(dialog);
  dialog.showModal();
}

/** A labelled input; `attributes` are its own. */
export function inputField(name, label, attributes = {}) {
  const { value = '', ...rest } = attributes;
  const input = element('input', { id: name, name, type: 'text', ...rest });
  input.value = value;
  return element('div', {}, element('label', { for: name }, label), input);
}

/** A labelled choice; `choices` are pairs of value and words. */
export function selectField(name, label, choices) {
  const options = choices.map(([value, words]) => element('option', { value }, words));
  return element(
    'div',
    {},
    element('label', { for: name }, label),
    element('select', { id: name, name }, options),
  );
}

/** One box to tick, or one of several when they share a name. */
export function choiceField(type, { name, value, label, checked = false }) {
  const id = `${name}-${value}`;
  return element(
    'div',
    { class: 'choice' },
    element('input', { type, id, name, value, checked }),
    element('label', { for: id }, label),
  );
}
