/** What was just made, a token or a client secret: the only moment at which it can be read. */
import { copyButton, copyField } from './copy.js';
import { h } from './dom.js';

/**
 * @typedef {{ id: string, label: string, value: string, button: string }} Field
 * @typedef {{ field: Field, also: { label: string, value: string } | null }} Shown
 */

/**
 * @param {Shown} shown
 * @param {() => void} dismiss
 */
export function freshToken({ field, also }, dismiss) {
  return h(
    'div',
    { class: 'fresh' },
    h(
      'p',
      {},
      h('strong', {}, 'Shown once: copy it now. '),
      'Rollcall keeps only a fingerprint of it and cannot show it again.',
    ),
    copyField(field),
    h(
      'div',
      { class: 'fresh-foot' },
      also && copyButton(also.label, () => also.value),
      h('button', { type: 'button', class: 'button quiet', onclick: dismiss }, 'I have copied it'),
    ),
  );
}
