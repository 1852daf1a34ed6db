/** What the pages of a customer and of an order are made of. */
import { element, timeAgo } from './dom.js';

/** A titled section. */
export function card(title, ...content) {
  return element('section', { class: 'card padded' }, element('h2', {}, title), ...content);
}

/** Terms with their values; a dash where there is none. */
export function facts(className, entries) {
  const pairs = entries.map(([term, value]) =>
    element('div', {}, element('dt', {}, term), element('dd', {}, value || '–')),
  );
  return element('dl', { class: className }, pairs);
}

/** What stands in place of something that is not there. */
export function missing(one, home) {
  return element(
    'div',
    { class: 'card message' },
    element('h2', {}, `There is no such ${one}`),
    element('p', {}, 'It may have been deleted.'),
    element('a', { class: 'button', href: home }, `All ${one}s`),
  );
}

const actors = { app: 'Rollcall', staff: 'Staff', customer: 'Customer' };

/** What was done, by whom and when. */
export function timeline(entries) {
  const items = entries.map(({ at, actor, message }) =>
    element(
      'li',
      { class: actor },
      element('div', {}, message),
      element('div', { class: 'muted small' }, actors[actor], ' · ', timeAgo(at)),
    ),
  );
  return card('Timeline', element('ol', { class: 'timeline' }, items));
}
