/** A token that was just made: the only moment at which it can be read. */
import { copyButton, copyField } from './copy.js';
import { h } from './dom.js';

/** @typedef {{ id: string, authorization: string, token: string }} FreshToken */

/**
 * @param {FreshToken} made
 * @param {() => void} dismiss
 */
export function freshToken({ authorization, token }, dismiss) {
  return h(
    'div',
    { class: 'fresh' },
    h(
      'p',
      {},
      h('strong', {}, 'Shown once: copy it now. '),
      'Rollcall keeps only a fingerprint of it and cannot show it again.',
    ),
    copyField({
      id: 'authorization',
      label: 'Header value',
      value: authorization,
      button: 'Copy header',
    }),
    h(
      'div',
      { class: 'fresh-foot' },
      copyButton('Copy token only', () => token),
      h('button', { type: 'button', class: 'button quiet', onclick: dismiss }, 'I have copied it'),
    ),
  );
}
