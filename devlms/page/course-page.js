/** One course: who is in it, in which role, since when and until when, and by which way. */
import { courseChips } from './courses.js';
import { announce, chips, element, fill } from './dom.js';
import { enrolSomebody } from './enrolment-form.js';
import { cell, dateOf, follow, message, table } from './parts.js';

/** So many rows are shown; the rest is in the control API. */
const mostRows = 500;

/** Shows the course. */
export function showCoursePage(main, id) {
  const enrol = () => enrolSomebody(id, () => refresh());
  const refresh = follow(
    main,
    () => `courses/${id}`,
    (body, course) => {
      document.title = `${course.fullname} · Development LMS`;
      announce(countOf(course.participants));
      fill(body, ...page(course, enrol));
    },
  );
}

/** Whoever is in the course by two ways is one participant. */
function countOf(enrolments) {
  const { size } = new Set(enrolments.map(({ user }) => user.id));
  return size === 1 ? '1 participant' : `${size} participants`;
}

function page(course, enrol) {
  return [
    element('a', { class: 'back', href: '/' }, '← Courses'),
    element(
      'div',
      { class: 'heading' },
      element(
        'div',
        { class: 'grow' },
        element('h1', {}, course.fullname),
        element(
          'span',
          { class: 'muted' },
          `${course.shortname} · id ${course.id} · ${countOf(course.participants)}`,
        ),
        courseChips(course),
      ),
      element(
        'button',
        { class: 'button primary', type: 'button', click: enrol },
        'Enrol somebody',
      ),
    ),
    participants(course.participants),
  ];
}

function participants(list) {
  const content =
    list.length === 0
      ? message('Nobody is enrolled', 'They appear here as soon as Rollcall or you enrol them.')
      : table(
          [['Participant'], ['Status'], ['Role'], ['By'], ['Start'], ['End']],
          list.slice(0, mostRows).map(row),
        );
  return element('section', { class: 'card', 'aria-label': 'Participants' }, content);
}

function row({ user, status, methodEnabled, method, roles, start, end }) {
  return element(
    'tr',
    {},
    element(
      'td',
      { class: 'person' },
      element('strong', {}, user.fullName),
      element('div', { class: 'muted small' }, user.email),
    ),
    element('td', { class: 'status' }, statusChips({ user, status, methodEnabled })),
    cell('', 'Role', roles.map(({ shortname }) => shortname).join(', ') || '–'),
    cell('', 'By', methods[method]),
    cell('date', 'Start', dateOf(start)),
    cell('date', 'End', dateOf(end)),
  );
}

const methods = { manual: 'Manual enrolment', self: 'Self enrolment' };

const states = {
  active: ['Active', 'good'],
  suspended: ['Suspended', 'bad'],
  ended: ['Ended', ''],
  future: ['Starts later', 'accent'],
};

function statusChips({ user, status, methodEnabled }) {
  return chips([
    states[status],
    ...(methodEnabled ? [] : [['Way is off', 'bad']]),
    ...(user.suspended ? [['Account suspended', 'bad']] : []),
  ]);
}
