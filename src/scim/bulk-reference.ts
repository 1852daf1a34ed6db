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
 * What puts right the references of such a POST: one to what was not made is taken back, one to what
 * got another id than was expected is written anew.
 */
export function corrections(anticipation: Anticipation): readonly Correction[] {
  const { data, expected, actual } = anticipation;
  return [...expected].flatMap(([bulkId, id]) =>
    actual(bulkId) === id
      ? []
      : referringValues(data, bulkId).flatMap((place) => corrected(place, bulkId, anticipation)),
  );
}

function corrected(
  { path, value, listed }: Referring,
  bulkId: string,
  { expected, actual }: Anticipation,
): readonly Correction[] {
  const of = (idOf: (name: string) => string | undefined) => {
    const resolved = resolveReferences(value, (name) => idOf(name) ?? name);
    return listed ? [resolved] : resolved;
  };
  const wrong = of((name) => expected.get(name) ?? actual(name));
  // By its value and not by a filter: the interoperability profile has none without a sub-attribute.
  const removal = { op: 'remove', path, ...(listed ? { value: wrong } : {}) } as const;
  return actual(bulkId) === undefined
    ? [removal]
    : [removal, { op: 'add', path, value: of((name) => actual(name) ?? expected.get(name)) }];
}

/** The value of an attribute, or one element of a list, that has a reference. */
interface Referring {
  readonly path: string;
  readonly value: unknown;
  readonly listed: boolean;
}

function referringValues(data: unknown, bulkId: string): readonly Referring[] {
  return attributesOf(data).flatMap(([path, value]) =>
    (isArray(value) ? value : [value])
      .filter((element) => referencesIn(element).has(bulkId))
      .map((element) => ({ path, value: element, listed: isArray(value) })),
  );
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
