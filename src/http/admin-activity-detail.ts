/** What a line of activity keeps beside its sentence: what was decided at each step, and before and after. Pure. */
import { isArray, isObject } from '../scim/json.ts';
import type { NamedActivity } from '../store/activity.ts';

type Line = Pick<NamedActivity, 'kind' | 'detail'>;

/** A value that a line tells of as it was and as it is. */
export interface Change {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What is told of these is changes and nothing else: elsewhere a list of two is a list. */
const ofChanges: ReadonlySet<string> = new Set(['User', 'Group', 'source', 'destination']);

/** The changes of a line: of an account, those that were written there; else those that were asked for. */
export function changesOf({ kind, detail }: Line): readonly Change[] {
  if (!isObject(detail)) return [];
  const beside = ofChanges.has(kind.split('.')[0] ?? '') ? detail : {};
  const changes = isObject(detail.changes) ? detail.changes : beside;
  return Object.entries(changes).flatMap(([name, change]) =>
    isArray(change) && change.length === 2 ? [{ name, before: change[0], after: change[1] }] : [],
  );
}

/** A step of what a line tells of. */
export interface LineStep {
  readonly name: string;
  readonly words: string;
}

/** In the order they are taken; what else there is comes after them. */
const order = ['scope', 'match', 'plan'];

/** The steps of a line: all that its detail says beside the changes. */
export function stepsOf(line: Line): readonly LineStep[] {
  const { detail } = line;
  if (!isObject(detail)) return [];
  const changed = new Set(changesOf(line).map(({ name }) => name));
  const told = Object.entries(detail)
    .filter(([name, value]) => name !== 'changes' && !changed.has(name) && value !== null)
    .map(([name, value]) => ({ name, words: wordsOf(value) }));
  const known = order.flatMap((name) => told.filter((step) => step.name === name));
  return [...known, ...told.filter(({ name }) => !order.includes(name))];
}

function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return isArray(value) ? value.map(wordsOf).join(', ') : JSON.stringify(value);
}
