/** Building what is shown: elements and text, never markup from text. */

/**
 * An element with attributes; `true` is an attribute without a value, and functions named `on…`
 * listen.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function')
      element.addEventListener(name.slice(2), (event) => value(event));
    else if (name === 'class') element.className = String(value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter(shown));
  return element;
}

/**
 * @param {Node | string | null | undefined | false} child
 * @returns {child is Node | string}
 */
function shown(child) {
  return child !== null && child !== undefined && child !== false;
}

/**
 * Shows data in an element, touching it only when the data changed: a refresh never flickers, and
 * whoever stands on a button inside (marked by `data-key`) stays there.
 * @template Data
 * @param {HTMLElement} element
 * @param {(data: Data) => readonly Node[]} build
 * @returns {(data: Data) => void}
 */
export function painter(element, build) {
  let painted = '';
  return (data) => {
    const now = JSON.stringify(data);
    if (now === painted) return;
    painted = now;
    const key =
      document.activeElement instanceof HTMLElement
        ? document.activeElement.dataset.key
        : undefined;
    const stood = key !== undefined && element.contains(document.activeElement);
    element.replaceChildren(...build(data));
    if (stood) focusKey(element, key);
  };
}

/**
 * @param {HTMLElement} element
 * @param {string | undefined} key
 */
function focusKey(element, key) {
  const next = element.querySelector(`[data-key="${CSS.escape(key ?? '')}"]`);
  if (next instanceof HTMLElement) next.focus();
}

let cards = 0;

/**
 * A card of the page.
 * @param {string} title
 * @param {...Node} children
 */
export function card(title, ...children) {
  cards += 1;
  const id = `card-${cards}`;
  return h(
    'section',
    { class: 'card', 'aria-labelledby': id },
    h('h2', { id }, title),
    ...children,
  );
}

/**
 * A card that is folded until somebody wants it.
 * @param {{ title: string, more: string }} heading `more` says what it is for, while it is folded
 * @param {...Node} children
 */
export function fold({ title, more }, ...children) {
  return h(
    'details',
    { class: 'card fold' },
    h('summary', {}, h('h2', {}, title), h('span', { class: 'help' }, more)),
    h('div', { class: 'folded' }, ...children),
  );
}

/**
 * Says something to whoever listens instead of looking.
 * @param {string} text
 */
export function announce(text) {
  const announcer = document.getElementById('announcer');
  if (announcer !== null) announcer.textContent = text;
}
