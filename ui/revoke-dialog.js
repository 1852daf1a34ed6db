/** Asks before a token is revoked, in the page; Escape or Cancel leaves everything as it is. */
import { sentenceOf } from './api.js';
import { h } from './dom.js';

/**
 * @param {string} prefix of the token
 * @param {() => Promise<void>} revoke
 * @param {() => void} onRevoked called when the dialog is closed, so that the focus can move on
 */
export function askToRevoke(prefix, revoke, onRevoked) {
  const fault = h('p', { class: 'fault', role: 'alert' });
  const confirm = h(
    'button',
    { type: 'button', class: 'button danger', onclick: () => void press() },
    'Revoke token',
  );
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      'dialog',
      {
        class: 'dialog',
        role: 'alertdialog',
        'aria-labelledby': 'revoke-title',
        'aria-describedby': 'revoke-text',
      },
      h('h2', { id: 'revoke-title' }, `Revoke ${prefix}…?`),
      h(
        'p',
        { id: 'revoke-text' },
        'Whoever still uses this token is refused from now on. Make sure that your identity provider has another one. This cannot be undone.',
      ),
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
      await revoke();
      dialog.close();
      onRevoked();
    } catch (error) {
      fault.textContent = `Not revoked. ${sentenceOf(error)}`;
    } finally {
      confirm.removeAttribute('aria-busy');
    }
  };
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
