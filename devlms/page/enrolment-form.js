/** Enrolling somebody by hand: for trying what Rollcall does about a way in that is not its own. */
import { inputField, openDialog, selectField } from './dialog.js';
import { element } from './dom.js';
import { ask } from './store.js';

/** Asks whom to enrol; `enrolled` is called when it is done. */
export function enrolSomebody(course, enrolled) {
  const people = element('datalist', { id: 'people' });
  suggest(people);
  openDialog({
    title: 'Enrol somebody',
    label: 'Enrol',
    fields: [
      inputField('user', 'Username or e-mail', { list: 'people', autocomplete: 'off' }),
      people,
      selectField('method', 'By', [
        ['self', 'Self enrolment'],
        ['manual', 'Manual enrolment'],
      ]),
      inputField('start', 'Start', { type: 'date' }),
      inputField('end', 'End', { type: 'date' }),
    ],
    act: async ({ user, method, start, end }) => {
      await ask('POST', 'enrolments', {
        course: Number(course),
        user: user.value,
        method: method.value,
        timeStart: secondsOf(start.value),
        timeEnd: secondsOf(end.value),
      });
      enrolled();
    },
  });
}

const secondsOf = (day) => (day ? Date.parse(day) / 1000 : 0);

async function suggest(people) {
  const { users } = await ask('GET', 'users?limit=50');
  people.replaceChildren(
    ...users.map(({ username, fullName }) => element('option', { value: username }, fullName)),
  );
}
