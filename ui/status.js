/** How the connection stands: people received, and how far each destination has got with them. */
import { card, h, painter } from './dom.js';
import { when } from './when.js';

/**
 * @typedef {{ outcome: 'held' | 'rejected', reason: string, count: number }} Obstacle
 * @typedef {{ id: string, name: string, state: 'active' | 'paused' | 'quarantined', reason: string | null,
 *   pausedUntil: string | null, done: number, waiting: number, retrying: number, held: number,
 *   rejected: number, lastSuccessAt: string | null, obstacles: readonly Obstacle[] }} Destination
 * @typedef {{ people: { active: number, inactive: number }, lastRequestAt: string | null,
 *   destinations: readonly Destination[] }} Status
 */

/** @returns {{ element: HTMLElement, update: (seen: { status: Status, provisioningEnabled: boolean }) => void }} */
export function peopleCard() {
  const body = h('div', { role: 'status' });
  return {
    element: card('People received', body),
    update: painter(body, ({ status, provisioningEnabled }) => people(status, provisioningEnabled)),
  };
}

/**
 * @param {Status} status
 * @param {boolean} provisioningEnabled
 */
function people({ people: { active, inactive }, lastRequestAt }, provisioningEnabled) {
  const off = provisioningEnabled
    ? []
    : [
        h(
          'p',
          { class: 'note' },
          'SCIM provisioning is off: requests are refused until you switch it on.',
        ),
      ];
  const last = lastRequestAt === null ? [] : ['Last request ', when(lastRequestAt), '.'];
  if (active + inactive > 0) {
    return [
      h(
        'p',
        { class: 'count' },
        h('b', {}, String(active + inactive)),
        ` ${active} active, ${inactive} inactive`,
      ),
      ...off,
      h('p', { class: 'help' }, ...last),
    ];
  }
  const words =
    lastRequestAt === null
      ? 'Waiting for the first request…'
      : 'Connected. Nobody has been sent yet.';
  return [
    h('p', { class: 'waiting' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), words),
    ...off,
    h('p', { class: 'help' }, ...last),
  ];
}

/** @returns {{ element: HTMLElement, update: (status: Status) => void }} */
export function destinationsPart() {
  const element = h('div', { class: 'stack' });
  const paint = painter(element, (/** @type {readonly Destination[]} */ destinations) =>
    destinations.length === 0 ? [noDestination()] : destinations.map(destination),
  );
  return { element, update: ({ destinations }) => paint(destinations) };
}

function noDestination() {
  return card(
    'Destination',
    h('p', { class: 'help' }, 'No store is connected yet: people are kept here until one is.'),
  );
}

/** @param {Destination} of */
function destination(of) {
  const state = stateOf(of);
  return card(
    of.name,
    h('p', { class: `badge ${state.tone}` }, state.word),
    ...state.more,
    h(
      'dl',
      { class: 'counts' },
      ...count('Up to date', of.done, ''),
      ...count('Waiting', of.waiting, of.retrying > 0 ? `${of.retrying} tried before` : ''),
      ...count('Held', of.held, ''),
      ...count('Refused', of.rejected, ''),
    ),
    ...(of.obstacles.length === 0 ? [] : [obstacles(of.obstacles)]),
    h(
      'p',
      { class: 'help' },
      ...(of.lastSuccessAt === null
        ? ['Nothing was written for these people yet.']
        : ['Last success ', when(of.lastSuccessAt), '.']),
    ),
  );
}

/**
 * @param {Destination} of
 * @returns {{ word: string, tone: string, more: readonly Node[] }}
 */
function stateOf({ state, reason, pausedUntil, waiting }) {
  if (state === 'quarantined') {
    const more = `${reason ?? 'It refuses every request.'} Rollcall looks again by itself; nothing is lost.`;
    return { word: 'Needs attention', tone: 'bad', more: [h('p', { class: 'note bad' }, more)] };
  }
  if (state === 'paused') {
    return {
      word: 'Paused',
      tone: 'held',
      more: reason === null ? [] : [h('p', { class: 'note' }, reason)],
    };
  }
  if (pausedUntil !== null) {
    return {
      word: 'Paused',
      tone: 'held',
      more: [
        h('p', { class: 'note' }, 'It asked for a break and goes on ', when(pausedUntil), '.'),
      ],
    };
  }
  return { word: waiting > 0 ? 'Working' : 'Active', tone: 'good', more: [] };
}

/**
 * @param {string} label
 * @param {number} value
 * @param {string} more
 */
function count(label, value, more) {
  return [
    h('dt', {}, label),
    h('dd', {}, String(value), more === '' ? null : h('small', {}, ` ${more}`)),
  ];
}

/** @param {readonly Obstacle[]} list */
function obstacles(list) {
  return h(
    'ul',
    { class: 'obstacles' },
    ...list.map(({ outcome, reason, count: many }) =>
      h('li', {}, h('b', {}, `${many} ${outcome === 'held' ? 'held' : 'refused'}: `), reason),
    ),
  );
}
