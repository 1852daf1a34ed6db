/** The list of courses, with how many are in each and how they stand. */
import { announce, chips, element, fill } from './dom.js';
import { cell, follow, message, table } from './parts.js';

/** Shows all courses but the site itself. */
export function showCourseList(main) {
  follow(
    main,
    () => 'courses',
    (body, { courses }) => {
      const list = courses.filter(({ isSite }) => !isSite);
      const count = list.length === 1 ? '1 course' : `${list.length} courses`;
      announce(count);
      fill(body, heading(count), card(list));
    },
  );
}

function heading(count) {
  return element(
    'div',
    { class: 'heading' },
    element(
      'div',
      { class: 'grow' },
      element('h1', {}, 'Courses'),
      element('span', { class: 'muted' }, count),
    ),
  );
}

function card(courses) {
  return element(
    'section',
    { class: 'card', 'aria-label': 'Courses' },
    courses.length === 0
      ? message('No courses yet', 'The control API makes them: POST /_dev/courses.')
      : table(
          [
            ['Course'],
            ['Active', 'count'],
            ['Starting later', 'count'],
            ['Suspended', 'count'],
            ['Ended', 'count'],
            ['Enrolment'],
          ],
          courses.map(row),
        ),
  );
}

function row(course) {
  const { active, future, suspended, ended } = course.enrolments;
  return element(
    'tr',
    {},
    element(
      'td',
      { class: 'person' },
      element('a', { class: 'person-link', href: `/courses/${course.id}` }, course.fullname),
      element('span', { class: 'muted small' }, `${course.shortname} · id ${course.id}`),
    ),
    cell('count', 'Active', active),
    cell('count', 'Starting later', future),
    cell('count', 'Suspended', suspended),
    cell('count', 'Ended', ended),
    element('td', { class: 'tags' }, courseChips(course)),
  );
}

/** How somebody gets into a course, and what keeps them out. */
export function courseChips({ visible, methods }) {
  const ways = {
    enabled: (name) => [[`${name} enrolment`, 'good']],
    disabled: (name) => [[`${name} enrolment is off`, 'bad']],
    missing: () => [],
  };
  const manual = methods.manual === 'missing' ? [['No manual enrolment', 'bad']] : [];
  return chips([
    ...manual,
    ...ways[methods.manual]('Manual'),
    ...ways[methods.self]('Self'),
    ...(visible ? [] : [['Hidden', '']]),
  ]);
}
