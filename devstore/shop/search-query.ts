/**
 * Shopify's search syntax, parsed: terms, `AND`/`OR`, `-`/`NOT`, parentheses, `field:` with a
 * comparator, quoted phrases. https://shopify.dev/docs/api/usage/search-syntax
 */

export type Comparator = '=' | '<' | '<=' | '>' | '>=';

export interface Term {
  readonly kind: 'term';
  /** Null for free text. */
  readonly field: string | null;
  readonly comparator: Comparator;
  readonly value: string;
  readonly quoted: boolean;
}

export type SearchQuery =
  | Term
  | { readonly kind: 'not'; readonly query: SearchQuery }
  | { readonly kind: 'and' | 'or'; readonly queries: readonly SearchQuery[] };

type Token = '(' | ')' | '-' | 'AND' | 'OR' | 'NOT' | Term;

/** The tree of a search text; null when it says nothing. Never fails: Shopify never does. */
export function parseSearchQuery(text: string): SearchQuery | null {
  const tokens = tokenize(text);
  return parseOr({ tokens, at: 0 });
}

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

function parseOr(cursor: Cursor): SearchQuery | null {
  const queries = [parseAnd(cursor)];
  while (cursor.tokens[cursor.at] === 'OR') {
    cursor.at += 1;
    queries.push(parseAnd(cursor));
  }
  return combine('or', queries);
}

function parseAnd(cursor: Cursor): SearchQuery | null {
  const queries: (SearchQuery | null)[] = [];
  for (;;) {
    const token = cursor.tokens[cursor.at];
    if (token === undefined || token === ')' || token === 'OR') return combine('and', queries);
    if (token === 'AND') cursor.at += 1;
    else queries.push(parseUnary(cursor, token));
  }
}

function parseUnary(cursor: Cursor, token: Token): SearchQuery | null {
  cursor.at += 1;
  if (token === '-' || token === 'NOT') {
    const next = cursor.tokens[cursor.at];
    const query = next === undefined || next === ')' ? null : parseUnary(cursor, next);
    return query && { kind: 'not', query };
  }
  if (token !== '(') return typeof token === 'string' ? null : token;
  const query = parseOr(cursor);
  if (cursor.tokens[cursor.at] === ')') cursor.at += 1;
  return query;
}

function combine(kind: 'and' | 'or', queries: readonly (SearchQuery | null)[]): SearchQuery | null {
  const said = queries.filter((query): query is SearchQuery => query !== null);
  return said.length > 1 ? { kind, queries: said } : (said[0] ?? null);
}

const tokenPattern =
  /\s*(?:([()])|(-)(?=\S)|(AND|OR|NOT)(?=[\s()]|$)|(?:([A-Za-z_]\w*):\s*(<=|>=|<|>)?)?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s()"']+)))/y;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (match) tokens.push(tokenOf(match));
    // A character nothing starts with, such as a quote that is never closed, is passed over.
    else tokenPattern.lastIndex = at + 1;
  }
  return tokens;
}

function tokenOf(match: RegExpExecArray): Token {
  const [, bracket, minus, connective, field, comparator, double, single, plain] = match;
  if (bracket === '(' || bracket === ')') return bracket;
  if (minus) return '-';
  if (connective === 'AND' || connective === 'OR' || connective === 'NOT') return connective;
  const quoted = double ?? single;
  return {
    kind: 'term',
    field: field ?? null,
    comparator: comparatorOf(comparator),
    value: quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '',
    quoted: quoted !== undefined,
  };
}

function comparatorOf(text: string | undefined): Comparator {
  return text === '<' || text === '<=' || text === '>' || text === '>=' ? text : '=';
}

/** The tree in the form of `extensions.search[].parsed`. */
export function describeSearchQuery(query: SearchQuery): object {
  if (query.kind === 'not') return { not: describeSearchQuery(query.query) };
  if (query.kind !== 'term') return { [query.kind]: query.queries.map(describeSearchQuery) };
  const { field, comparator, value } = query;
  const name = { field: field ?? 'default' };
  if (comparator === '=') return { ...name, match_all: value };
  const bound = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' }[comparator];
  return { ...name, range: { [bound]: value } };
}
