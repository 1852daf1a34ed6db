/** Asks before something is taken away, in the page; Escape or Cancel leaves everything as it is. */
import { sentenceOf } from './api.js';
import { h } from './dom.js';

/**
 * @typedef {{ title: string, text: string, button: string, failed: string,
 *   act: () => Promise<void>, onDone: () => void }} Question
 */

/**
 * Calls `onDone` when the dialog is closed again, so that the focus can move on.
 * @param {Question} question
 */
export function ask({ title, text, button, failed, act, onDone }) {
  const fault = h('p', { class: 'fault', role: 'alert' });
  const confirm = h(
    'button',
    { type: 'button', class: 'button danger', onclick: () => void press() },
    button,
  );
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      'dialog',
      {
        class: 'dialog',
        role: 'alertdialog',
        'aria-labelledby': 'ask-title',
        'aria-describedby': 'ask-text',
      },
      h('h2', { id: 'ask-title' }, title),
      h('p', { id: 'ask-text' }, text),
      fault,
      h(
        'div',
        { class: 'dialog-foot' },
        h(
          'button',
          { type: 'button', class: 'button', autofocus: true, onclick: () => dialog.close() },
          'Cancel',
        ),
        confirm,
      ),
    )
  );
  const press = async () => {
    if (confirm.getAttribute('aria-busy') === 'true') return;
    confirm.setAttribute('aria-busy', 'true');
    fault.textContent = '';
    try {
      await act();
      dialog.close();
      onDone();
    } catch (error) {
      fault.textContent = `${failed} ${sentenceOf(error)}`;
    } finally {
      confirm.removeAttribute('aria-busy');
    }
  };
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
