/** Copying, with feedback, also where the browser does not give us the clipboard. */
import { announce, h } from './dom.js';

const feedbackMs = 2_500;

/**
 * @param {string} text
 * @param {HTMLElement} beside where a selection may be made
 * @returns {Promise<boolean>} whether it is in the clipboard
 */
async function copy(text, beside) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text, beside);
  }
}

/**
 * Without the permission, or on a page without TLS, what is selected can still be copied.
 * @param {string} text
 * @param {HTMLElement} beside
 */
function copySelected(text, beside) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  beside.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}

/**
 * A button that copies.
 * @param {string} label
 * @param {() => string} text
 * @param {(() => void) | undefined} [select] selects the text where it stands, for copying by hand
 */
export function copyButton(label, text, select) {
  const button = h(
    'button',
    { type: 'button', class: 'button', onclick: () => void press() },
    label,
  );
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const press = async () => {
    const copied = await copy(text(), button.parentElement ?? document.body);
    button.focus();
    if (!copied) select?.();
    const feedback = copied ? 'Copied' : 'Press Ctrl+C';
    button.textContent = feedback;
    button.classList.toggle('copied', copied);
    announce(
      copied
        ? 'Copied to the clipboard'
        : 'Copying was refused: the text is selected, press Ctrl and C',
    );
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = label;
      button.classList.remove('copied');
    }, feedbackMs);
  };
  return button;
}

/**
 * A value to copy, under its label.
 * @param {{ id: string, label: string, value: string, button: string }} field
 * @param {...Node} more
 */
export function copyField({ id, label, value, button }, ...more) {
  const input = /** @type {HTMLInputElement} */ (
    h('input', {
      id,
      class: 'value',
      readonly: true,
      spellcheck: 'false',
      value,
      onfocus: () => input.select(),
    })
  );
  const select = () => {
    input.focus();
    input.select();
  };
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    h(
      'div',
      { class: 'field-row' },
      input,
      copyButton(button, () => input.value, select),
      ...more,
    ),
  );
}
