/** What a browser remembers for its person; inside a frame it may be told to remember nothing. */

/** What was remembered under a name; `null`: nothing. */
export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`rollcall-${name}`);
  } catch {
    return null;
  }
}

/** Remembers something, where it can. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`rollcall-${name}`, value);
  } catch {
    // Then it is chosen anew the next time.
  }
}
