/** Enrolling somebody by hand: for trying what Rollcall does about a way in that is not its own. */
import { element } from './dom.js';
import { ask } from './store.js';

export function enrolmentDialog(course, enrolled) {
  const problem = element('p', { class: 'field-error', role: 'alert' });
  const dialog = element('dialog', { 'aria-labelledby': 'enrol-title' });
  const people = element('datalist', { id: 'people' });
  const form = element(
    'form',
    { submit: (event) => submit(event, { course, dialog, problem, enrolled }) },
    element('h2', { id: 'enrol-title' }, 'Enrol somebody'),
    field('user', 'Username or e-mail', {
      list: 'people',
      required: true,
      autocomplete: 'off',
      focus: () => suggest(people),
    }),
    people,
    choice('method', 'By', [
      ['self', 'Self enrolment'],
      ['manual', 'Manual enrolment'],
    ]),
    element(
      'div',
      { class: 'pair' },
      field('start', 'Start', { type: 'date' }),
      field('end', 'End', { type: 'date' }),
    ),
    problem,
    element(
      'div',
      { class: 'actions' },
      element('button', { class: 'button primary', type: 'submit' }, 'Enrol'),
      element('button', { class: 'button', type: 'button', click: () => dialog.close() }, 'Cancel'),
    ),
  );
  dialog.append(form);
  return dialog;
}

function field(name, label, attributes) {
  const id = `enrol-${name}`;
  return element(
    'div',
    {},
    element('label', { for: id }, label),
    element('input', { id, name, ...attributes }),
  );
}

function choice(name, label, options) {
  const id = `enrol-${name}`;
  const entries = options.map(([value, text]) => element('option', { value }, text));
  return element(
    'div',
    {},
    element('label', { for: id }, label),
    element('select', { id, name }, entries),
  );
}

async function suggest(people) {
  const { users } = await ask('GET', 'users?limit=50');
  people.replaceChildren(
    ...users.map(({ username, fullName }) => element('option', { value: username }, fullName)),
  );
}

const seconds = (day) => (day ? Date.parse(day) / 1000 : 0);

async function submit(event, { course, dialog, problem, enrolled }) {
  event.preventDefault();
  const form = event.target;
  const { user, method, start, end } = Object.fromEntries(new FormData(form));
  problem.textContent = '';
  try {
    await ask('POST', 'enrolments', {
      course: Number(course),
      user,
      method,
      timeStart: seconds(start),
      timeEnd: seconds(end),
    });
    form.reset();
    dialog.close();
    enrolled();
  } catch (error) {
    problem.textContent = error.message;
  }
}
