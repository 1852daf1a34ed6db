/**
 * A search as an SQL condition. A field Shopify does not know is no error: its term is ignored and a
 * warning says so, which is why a typing mistake returns everybody.
 */
import { parseSearchQuery, type SearchQuery, type Term } from './search-query.ts';
import { everything, not } from './search-terms.ts';

type Parameter = string | number;

export interface Condition {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

export interface SearchWarning {
  readonly field: string;
  readonly message: string;
  readonly code: string;
}

export interface SearchFilter {
  readonly query: SearchQuery;
  readonly condition: Condition;
  readonly warnings: readonly SearchWarning[];
}

/** What a term asks in one field. */
export type FieldFilter = (term: Term, now: number) => Condition;

type Fields = Readonly<Record<string, FieldFilter | undefined>>;

/** The filter a text stands for, in a search that knows these fields; null when it says nothing. */
export function compileFilter(text: string, now: number, fields: Fields): SearchFilter | null {
  const query = parseSearchQuery(text);
  if (!query) return null;
  const warnings: SearchWarning[] = [];
  const compile = (part: SearchQuery): Condition | null => {
    if (part.kind === 'not') {
      const condition = compile(part.query);
      return condition && not(condition);
    }
    if (part.kind !== 'term') return join(part.kind, part.queries.map(compile));
    const filter = part.field === null ? fields.default : fields[part.field];
    if (filter) return filter(part, now);
    if (part.field !== null) warnings.push(unknownField(part.field));
    return null;
  };
  return { query, condition: compile(query) ?? everything, warnings };
}

const unknownField = (field: string): SearchWarning => ({
  field,
  message: 'Invalid search field for this query.',
  code: 'invalid_field',
});

function join(kind: 'and' | 'or', parts: readonly (Condition | null)[]): Condition | null {
  const said = parts.filter((part): part is Condition => part !== null);
  if (said.length === 0) return null;
  return {
    sql: said.map(({ sql }) => `(${sql})`).join(kind === 'and' ? ' AND ' : ' OR '),
    parameters: said.flatMap(({ parameters }) => parameters),
  };
}
