/** Forms as PHP reads them: `users[0][email]=a@b.c` is a list of records. */

/** What a form holds: PHP has text and ordered arrays, and nothing else. */
export type PhpValue = string | PhpArray;

/** An ordered array; its keys are texts, also where they are numbers. */
export interface PhpArray extends ReadonlyMap<string, PhpValue> {}

type Growing = Map<string, PhpValue | Growing>;

/** PHP's `max_input_vars`, as Moodle demands it at least: what comes after is dropped without a word. */
const mostVariables = 5_000;

/** Reads a query or a body; a name that comes again takes the place of the one before. */
export function readForm(text: string): PhpArray {
  const form: Growing = new Map();
  const pairs = [...new URLSearchParams(text)].slice(0, mostVariables);
  for (const [name, value] of pairs) put(form, pathOf(name), value);
  return form as PhpArray;
}

/** `users[0][email]` is the path `users`, `0`, `email`. */
function pathOf(given: string): readonly string[] {
  const name = given.trimStart();
  const groups = /^([^[]+)((?:\[[^\]]*\])+)/.exec(name);
  if (!groups) return [variableName(name)];
  const keys = [...(groups[2] ?? '').matchAll(/\[([^\]]*)\]/g)].map(([, key = '']) => key);
  return [variableName(groups[1] ?? ''), ...keys];
}

/** A variable's name in PHP has no dots, spaces or brackets. */
const variableName = (name: string): string => name.replaceAll(/[ .[]/g, '_');

function put(form: Growing, [first = '', ...rest]: readonly string[], value: string): void {
  const key = first === '' ? nextIndex(form) : first;
  if (rest.length === 0) {
    form.set(key, value);
    return;
  }
  const there = form.get(key);
  const inner: Growing = there instanceof Map ? there : new Map();
  form.set(key, inner);
  put(inner, rest, value);
}

/** `values[]` is appended. */
function nextIndex(form: Growing): string {
  const indices = [...form.keys()].filter((key) => /^\d+$/.test(key)).map(Number);
  return String(Math.max(-1, ...indices) + 1);
}
