/** The Authorization header: made once, shown once, afterwards known by its prefix. */
import { api, sentenceOf } from './api.js';
import { announce, h } from './dom.js';
import { freshToken } from './fresh-token.js';
import { askToRevoke } from './revoke-dialog.js';
import { tokenList } from './token-list.js';

/**
 * @typedef {import('./token-list.js').Token} Token
 * @typedef {import('./fresh-token.js').FreshToken} FreshToken
 */

/**
 * @param {string} path of the source
 * @param {{ onFresh: (authorization: string | null) => void, onChange: () => void }} listener
 * @returns {{ element: HTMLElement, update: (answer: { tokens: readonly Token[] }) => void }}
 */
export function tokensPart(path, { onFresh, onChange }) {
  const place = h('div');
  const fault = h('p', { class: 'fault', role: 'alert' });
  let shownId = '';

  /** @param {FreshToken | null} made */
  const show = (made) => {
    shownId = made?.id ?? '';
    place.replaceChildren(...(made === null ? [] : [freshToken(made, dismiss)]));
    onFresh(made?.authorization ?? null);
  };
  const form = tokenForm(async (expiresInDays) => {
    fault.textContent = '';
    try {
      show(await api('POST', `${path}/tokens`, { expiresInDays }));
      place.querySelector('button')?.focus();
      announce('The token was made. It is shown once: copy it now.');
      onChange();
    } catch (error) {
      fault.textContent = sentenceOf(error);
    }
  });
  const dismiss = () => {
    show(null);
    form.focus();
  };
  const list = tokenList(({ id, prefix }) => {
    const revoke = () => api('DELETE', `${path}/tokens/${id}`);
    askToRevoke(prefix, revoke, () => {
      fault.textContent = '';
      if (shownId === id) show(null);
      announce(`The token ${prefix} was revoked`);
      onChange();
      list.focus();
    });
  });

  const heading = h('h3', { class: 'label' }, 'Authorization header');
  return {
    element: h('div', { class: 'field' }, heading, place, form.element, fault, list.element),
    update: ({ tokens }) => list.update(tokens),
  };
}

/**
 * @param {(expiresInDays: number | null) => Promise<void>} make
 * @returns {{ element: HTMLElement, focus: () => void }}
 */
function tokenForm(make) {
  const expiry = /** @type {HTMLSelectElement} */ (
    h(
      'select',
      { id: 'expiry' },
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
    'New token',
  );
  const help = h(
    'p',
    { class: 'help' },
    'The header is shown once, right after you make its token. Two tokens can be live, so that you can change over without a gap.',
  );
  return {
    element: h(
      'div',
      { class: 'token-form' },
      h('label', { for: 'expiry' }, 'Expires'),
      expiry,
      button,
      help,
    ),
    focus: () => button.focus(),
  };
}
