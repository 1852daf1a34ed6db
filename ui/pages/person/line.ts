/** Lines of activity about a person. */

/** A line. */
export interface Line {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly summary: string;
  readonly actor: string | null;
  readonly outcome: string;
  readonly detail: unknown;
}

/** A value as it was and as it is; empty where there was or is none. */
export interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** What a line changed: at a destination what was written there, else what was asked for. */
export function changesOf({ kind, detail }: Pick<Line, 'kind' | 'detail'>): readonly Change[] {
  if (!isObject(detail)) return [];
  const asked = kind.startsWith('User.') ? detail : {};
  const changes = isObject(detail.changes) ? detail.changes : asked;
  return Object.entries(changes).flatMap(([name, change]) =>
    Array.isArray(change) && change.length === 2
      ? [{ name: name.replace(/^urn:.*:/, ''), before: words(change[0]), after: words(change[1]) }]
      : [],
  );
}

function words(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(words).join(', ');
  return typeof value === 'object' ? Object.values(value).map(words).join(', ') : String(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
