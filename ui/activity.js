/** The latest lines of activity, newest first. */
import { card, h, painter } from './dom.js';
import { when } from './when.js';

/**
 * @typedef {{ id: string, at: string, summary: string, outcome: string }} Line
 */

/** @returns {{ element: HTMLElement, update: (lines: readonly Line[]) => void }} */
export function activityCard() {
  const list = h('ol', { class: 'activity' });
  return {
    element: card('Latest activity', list),
    update: painter(list, (/** @type {readonly Line[]} */ lines) =>
      lines.length === 0
        ? [
            h(
              'li',
              { class: 'none' },
              'Nothing yet. What your identity provider sends, and what becomes of it, is listed here.',
            ),
          ]
        : lines.map(line),
    ),
  };
}

/** @param {Line} line */
function line({ at, summary, outcome }) {
  return h('li', { class: outcome }, h('span', { class: 'summary' }, summary), when(at));
}
