/** Moments in words: how long ago, with the exact time on hovering. */

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** @type {readonly [Intl.RelativeTimeFormatUnit, number][]} */
const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/**
 * @param {string} at
 * @returns {string} like `3 minutes ago` or `in 90 days`
 */
function words(at) {
  const seconds = (Date.parse(at) - Date.now()) / 1_000;
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return 'just now';
}

/**
 * A `<time>`, kept in words that are true by `refreshTimes`.
 * @param {string} at an ISO date
 */
export function when(at) {
  const time = document.createElement('time');
  time.dateTime = at;
  time.title = new Date(at).toLocaleString();
  time.textContent = words(at);
  return time;
}

/** Brings the words of every `<time>` of the page up to date. */
export function refreshTimes() {
  for (const time of document.querySelectorAll('time')) {
    const now = words(time.dateTime);
    if (time.textContent !== now) time.textContent = now;
  }
}
