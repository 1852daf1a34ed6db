/** The control API as the page uses it. */

/** What the store refused, by field. */
export class Refused extends Error {
  constructor(status, errors) {
    super(typeof errors === 'string' ? errors : errors.map(({ message }) => message).join('. '));
    this.status = status;
    this.errors = typeof errors === 'string' ? [] : errors;
  }
}

/** Asks the store; rejects with Refused or, when there is no answer, with what fetch says. */
export async function ask(method, path, body) {
  const response = await fetch(`/_dev/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Refused(response.status, answer.errors);
  return answer;
}

const interval = 1000;

/**
 * Asks for `path()` now and every second while the page is visible, and shows an answer when it
 * differs from the last one. Returns a function that asks at once.
 */
export function live(path, { show, fail }) {
  let shown = '';
  let timer;
  const refresh = async () => {
    clearTimeout(timer);
    const asked = path();
    try {
      const answer = await ask('GET', asked);
      const text = asked + JSON.stringify(answer);
      if (asked === path()) {
        fail(null);
        if (text !== shown) show(answer);
        shown = text;
      }
    } catch (error) {
      fail(error);
    }
    clearTimeout(timer);
    timer = setTimeout(refresh, interval);
  };
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) clearTimeout(timer);
    else refresh();
  });
  refresh();
  return refresh;
}
