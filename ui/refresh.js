/** Asks again every two seconds, beginning in two, while somebody is looking. */

const everyMs = 2_000;

/**
 * @param {() => Promise<void>} ask never rejects
 * @returns {() => void} asks at once
 */
export function keepFresh(ask) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asking = false;
  let again = false;
  const round = async () => {
    clearTimeout(timer);
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    again = false;
    await ask();
    asking = false;
    if (again) void round();
    else if (!document.hidden) timer = setTimeout(() => void round(), everyMs);
  };
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void round();
  });
  timer = setTimeout(() => void round(), everyMs);
  return () => void round();
}
