/** Words for people. */

/** A remark as a sentence: begins with a capital letter, ends with a full stop. */
export function sentence(remark: string): string {
  const text = remark.charAt(0).toUpperCase() + remark.slice(1);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** A day in the viewer's zone and language. */
export function dayOf(at: string): string {
  return new Date(at).toLocaleDateString(undefined, { dateStyle: 'medium' });
}

/** Several things as one says them: a, b and c. */
export function listOf(things: readonly string[]): string {
  return new Intl.ListFormat('en').format(things);
}
