/** References to resources that the same bulk request makes: `"bulkId:qwerty"` (RFC 7644 §3.7.2). */
import { isArray, isObject } from './json.ts';

const PREFIX = 'bulkId:';

/** The bulkId that a text refers to; undefined where it is another text. */
export function bulkIdOf(text: string): string | undefined {
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined;
}

/** All bulkIds that a value refers to. */
export function referencesIn(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  resolveReferences(value, (bulkId) => {
    found.add(bulkId);
    return bulkId;
  });
  return found;
}

/** The value with each reference replaced by the id that stands behind it. */
export function resolveReferences(value: unknown, idOf: (bulkId: string) => string): unknown {
  if (typeof value === 'string') {
    const bulkId = bulkIdOf(value);
    return bulkId === undefined ? value : idOf(bulkId);
  }
  if (isArray(value)) return value.map((element) => resolveReferences(element, idOf));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, resolveReferences(inner, idOf)]),
  );
}

/** A POST that ran before others that it refers to, as they refer to it, too (§3.7.1). */
export interface Anticipation {
  readonly data: unknown;
  /** The ids that the others were expected to have, by their bulkIds. */
  readonly expected: ReadonlyMap<string, string>;
  /** The id that one came to have; undefined where it was not made. */
  readonly actual: (bulkId: string) => string | undefined;
}

/** An operation of a PATCH. */
export interface Correction {
  readonly op: 'add' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/**
 * What puts right the references of such a POST: those to what was not made are taken back, those to
 * what got another id than was expected are written anew. At most two operations an attribute, as
 * thousands of members may refer to what failed.
 */
export function corrections(anticipation: Anticipation): readonly Correction[] {
  return attributesOf(anticipation.data).flatMap(([path, value]): readonly Correction[] =>
    isArray(value)
      ? correctedList(path, value, anticipation)
      : correctedList(path, [value], anticipation).map((correction) => single(correction)),
  );
}

function correctedList(
  path: string,
  values: readonly unknown[],
  { expected, actual }: Anticipation,
): readonly (Correction & { readonly value: readonly unknown[] })[] {
  const isWrong = (name: string) => expected.has(name) && expected.get(name) !== actual(name);
  const wrong = values
    .map((value) => ({ value, names: [...referencesIn(value)] }))
    .filter(({ names }) => names.some(isWrong));
  if (wrong.length === 0) return [];
  const was = (name: string) => expected.get(name) ?? actual(name) ?? name;
  const is = (name: string) => actual(name) ?? name;
  const right = wrong.filter(({ names }) => names.every((name) => actual(name) !== undefined));
  // By their values and not by a filter: the interoperability profile has none without a sub-attribute.
  const removal = {
    op: 'remove',
    path,
    value: wrong.map(({ value }) => resolveReferences(value, was)),
  } as const;
  if (right.length === 0) return [removal];
  return [
    removal,
    { op: 'add', path, value: right.map(({ value }) => resolveReferences(value, is)) },
  ];
}

/** The correction of an attribute that is no list: its value is removed as a whole. */
function single({
  op,
  path,
  value,
}: Correction & { readonly value: readonly unknown[] }): Correction {
  return op === 'remove' ? { op, path } : { op, path, value: value[0] };
}

/** The attributes of a resource by their paths, those of extensions with their URN. */
function attributesOf(data: unknown): readonly (readonly [string, unknown])[] {
  if (!isObject(data)) return [];
  return Object.entries(data).flatMap(([name, value]): readonly (readonly [string, unknown])[] =>
    name.includes(':') && isObject(value)
      ? Object.entries(value).map(([inner, its]) => [`${name}:${inner}`, its])
      : [[name, value]],
  );
}
