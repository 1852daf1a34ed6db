/** Pieces that the views of the LMS share. */
import { element, fill } from './dom.js';
import { live } from './store.js';

/** A table with a row for each of `rows`; a column is its title and the class of its heading. */
export function table(columns, rows) {
  const heads = columns.map(([title, kind]) =>
    element('th', { scope: 'col', class: kind ?? null }, title),
  );
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, heads)),
    element('tbody', {}, rows),
  );
}

/** A cell that says on a phone what it is. */
export function cell(kind, label, ...content) {
  return element('td', { class: kind, 'data-label': label }, ...content);
}

/** What stands where there is nothing to show. */
export function message(title, text) {
  return element('div', { class: 'message' }, element('h2', {}, title), element('p', {}, text));
}

const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'medium' });

/** A day, with the exact moment on hovering; a moment no calendar has, as the number it is. */
export function dateOf(iso) {
  if (iso === null) return element('span', { class: 'muted' }, '–');
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return element('span', {}, iso);
  return element('span', { title: exact.format(date) }, day.format(date));
}

/** Keeps the view up to date, and says when the LMS does not answer. */
export function follow(main, path, draw) {
  const alert = element('p', { class: 'alert', role: 'alert', hidden: true });
  const body = element('div', {}, element('p', { 'aria-busy': 'true' }, 'Loading…'));
  fill(main, alert, body);
  return live(path, {
    show: (answer) => draw(body, answer),
    fail: (error) => {
      alert.hidden = error === null;
      if (error?.status === 404) body.replaceChildren();
      if (error)
        alert.textContent =
          error.status === 404 ? error.message : 'The LMS does not answer. Trying again…';
    },
  });
}
