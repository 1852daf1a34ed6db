/** Building and filling elements. Text only ever goes in as text, so nothing needs escaping. */

/** `element('a', { href: '/', class: 'back' }, 'Customers')`; a function is an event listener. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined)
      node.setAttribute(name, String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Puts the children in place of what is there; the link that had the focus gets it back. */
export function fill(node, ...children) {
  const focused = node.contains(document.activeElement)
    ? document.activeElement.getAttribute('href')
    : null;
  node.replaceChildren(...children.flat().filter((child) => child !== null));
  if (focused) node.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

/** Tells a screen reader without moving the focus. */
export function announce(message) {
  const announcer = document.getElementById('announcer');
  if (announcer.textContent !== message) announcer.textContent = message;
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const absolute = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "5 minutes ago", with the exact moment on hovering; it goes on telling the truth. */
export function timeAgo(iso) {
  const title = absolute.format(new Date(iso));
  return element('time', { datetime: iso, title }, sinceText(iso));
}

function sinceText(iso) {
  const seconds = (Date.parse(iso) - Date.now()) / 1000;
  const [unit, length] = units.find(([, size]) => Math.abs(seconds) >= size) ?? [null, 1];
  return unit ? relative.format(Math.round(seconds / length), unit) : 'just now';
}

setInterval(() => {
  for (const time of document.querySelectorAll('time')) time.textContent = sinceText(time.dateTime);
}, 20_000);

/** A list of tags or states. */
export function chips(items) {
  if (items.length === 0) return null;
  const entries = items.map(([text, kind]) => element('li', { class: `chip ${kind}` }, text));
  return element('ul', { class: 'chips' }, entries);
}
