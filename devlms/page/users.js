/** The accounts of the site: searched, and kept up to date. */
import { announce, chips, element, fill } from './dom.js';
import { cell, follow, message, table } from './parts.js';

/** Shows the newest users, or those that match. */
export function showUserList(main) {
  document.title = 'Users · Development LMS';
  const view = { query: '' };
  const count = element('span', { class: 'muted' });
  const rows = element('div', {});
  const search = element('input', {
    class: 'search',
    type: 'search',
    'aria-label': 'Search users',
    placeholder: 'Search by name, username, e-mail or ID number',
    input: (event) => {
      view.query = event.target.value;
      refresh();
    },
  });
  const frame = [
    element(
      'div',
      { class: 'heading' },
      element('div', { class: 'grow' }, element('h1', {}, 'Users'), count),
    ),
    element(
      'section',
      { class: 'card', 'aria-label': 'Users' },
      element('div', { class: 'toolbar', role: 'search' }, search),
      rows,
    ),
  ];
  const refresh = follow(
    main,
    () => `users?${new URLSearchParams(view)}`,
    (body, { users, total }) => {
      if (!body.contains(search)) fill(body, ...frame);
      count.textContent = total === 1 ? '1 user' : `${total} users`;
      announce(count.textContent);
      fill(rows, users.length === 0 ? nobody(view) : list(users));
    },
  );
}

const nobody = ({ query }) => message('No user found', `Nobody matches “${query}”.`);

function list(users) {
  const columns = [['User'], ['Username'], ['Status'], ['ID number'], ['Enrolments', 'count']];
  return table(columns, users.map(row));
}

function row(user) {
  return element(
    'tr',
    {},
    element(
      'td',
      { class: 'person' },
      element('strong', {}, user.fullName.trim() || 'No name'),
      element('div', { class: 'muted small' }, user.email),
    ),
    cell('', 'Username', user.username),
    element('td', { class: 'status' }, userChips(user)),
    cell('', 'ID number', user.idnumber || '–'),
    cell('count', 'Enrolments', user.enrolments),
  );
}

function userChips({ suspended, confirmed, siteAdmin, capabilities, auth }) {
  return chips([
    suspended ? ['Suspended', 'bad'] : ['Active', 'good'],
    ...(confirmed ? [] : [['Not confirmed', 'bad']]),
    ...(siteAdmin ? [['Administrator', 'accent']] : []),
    ...(capabilities.length > 0 ? [['Web service', 'accent']] : []),
    ...(auth === 'manual' ? [] : [[auth, '']]),
  ]);
}
