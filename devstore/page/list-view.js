/** A list that is searched, paged and kept up to date: of customers, or of orders. */
import { announce, element, fill } from './dom.js';
import { live } from './store.js';

const pageSize = 50;

/**
 * `list` says what is listed (`resource`, the words `one` and `many`), where (`home`), how
 * (`table(items)`), and what stands there when there is nothing at all (`empty()`).
 */
export function showList(main, list) {
  const parameters = new URLSearchParams(location.search);
  const view = { query: parameters.get('query') ?? '', cursors: [] };
  const parts = layout(list, view, () => refresh());
  fill(main, parts.heading, parts.alert, parts.card);

  const refresh = live(() => pathOf(list, view), {
    show: (page) => showPage({ list, parts, view, refresh }, page),
    fail: (error) => {
      parts.alert.hidden = error === null;
      if (error) parts.alert.textContent = 'The store does not answer. Trying again…';
    },
  });
}

function pathOf({ resource }, { query, cursors }) {
  const parameters = new URLSearchParams({ query, limit: pageSize, order: 'newest' });
  const after = cursors.at(-1);
  if (after !== undefined) parameters.set('after', after);
  return `${resource}?${parameters}`;
}

function layout({ title, many, home, placeholder, action }, view, refresh) {
  const count = element('span', { class: 'muted' });
  const heading = element(
    'div',
    { class: 'heading' },
    element('div', { class: 'grow' }, element('h1', {}, title), count),
    action,
  );
  const search = element('input', {
    class: 'search',
    type: 'search',
    'aria-label': `Search ${many}`,
    placeholder,
    value: view.query,
    input: (event) => {
      view.query = event.target.value;
      view.cursors = [];
      const address = view.query ? `${home}?${new URLSearchParams({ query: view.query })}` : home;
      history.replaceState(null, '', address);
      refresh();
    },
  });
  const body = element('div', {}, skeleton());
  const card = element(
    'section',
    { class: 'card', 'aria-label': title },
    element('div', { class: 'toolbar', role: 'search' }, search),
    body,
  );
  return {
    heading,
    count,
    card,
    body,
    alert: element('p', { class: 'alert', role: 'alert', hidden: true }),
  };
}

function skeleton() {
  const lines = [70, 55, 64, 48].map((width) => {
    const line = element('div', { class: 'skeleton' });
    line.style.width = `${width}%`;
    return line;
  });
  return element(
    'div',
    { class: 'padded stack', 'aria-busy': 'true', 'aria-label': 'Loading' },
    lines,
  );
}

function showPage({ list, parts, view, refresh }, page) {
  const { one, many, resource } = list;
  const total = page.total === 1 ? `1 ${one}` : `${page.total.toLocaleString('en')} ${many}`;
  const items = page[resource];
  parts.count.textContent = total;
  announce(view.query ? `${total} found` : total);
  if (items.length > 0) fill(parts.body, list.table(items), pager(view, page, refresh));
  else fill(parts.body, view.query ? notFound(one, view) : list.empty());
}

function notFound(one, { query }) {
  return element(
    'div',
    { class: 'message' },
    element('h2', {}, `No ${one} found`),
    element('p', {}, `Nothing matches “${query}”.`),
  );
}

/** A table with a heading over each column; numbers stand to the right. */
export function table(titles, rows) {
  const heads = titles.map((title) =>
    element(
      'th',
      { scope: 'col', class: title.startsWith('#') ? 'number' : null },
      title.replace('#', ''),
    ),
  );
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, heads)),
    element('tbody', {}, rows),
  );
}

function pager(view, page, refresh) {
  if (view.cursors.length === 0 && page.next === null) return null;
  const turn = (change) => () => {
    change();
    refresh();
    document.getElementById('main').focus();
  };
  const button = (label, disabled, change) =>
    element('button', { class: 'button', type: 'button', disabled, click: turn(change) }, label);
  return element(
    'nav',
    { class: 'pager', 'aria-label': 'Pages' },
    button('Newer', view.cursors.length === 0, () => view.cursors.pop()),
    element('span', { class: 'muted small' }, `Page ${view.cursors.length + 1}`),
    button('Older', page.next === null, () => view.cursors.push(page.next)),
  );
}
