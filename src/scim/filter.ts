/**
 * The filter language of RFC 7644 §3.4.2.2: text to tree and back. One pass, no backtracking and no
 * regular expression built from input; length, depth and number of terms are limited.
 */
import { invalidFilter } from './error.ts';
import { storable } from './json.ts';
import { type AttributePath, parseAttributePath, printAttributePath } from './path.ts';
import { comparedElement } from './quirks.ts';

export const COMPARE_OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type CompareOperator = (typeof COMPARE_OPERATORS)[number];
export type CompareValue = string | number | boolean | null;

/** A filter as written: `and` and `or` hold two terms or more, a valuePath's inner paths are relative. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | {
      readonly kind: 'compare';
      readonly path: AttributePath;
      readonly operator: CompareOperator;
      readonly value: CompareValue;
    }
  | { readonly kind: 'valuePath'; readonly path: AttributePath; readonly filter: Filter };

const MAX_LENGTH = 8192;
const MAX_DEPTH = 32;
const MAX_TERMS = 256;

/** Where the parser stands in the text. */
interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
  terms: number;
  inValuePath: boolean;
}

/** Reads a filter, or throws `invalidFilter` with the position. */
export function parseFilter(text: string): Filter {
  const cursor = startOf(text);
  const filter = parseOr(cursor);
  if (peek(cursor) !== '') throw unexpected(cursor, 'and, or, or the end of the filter');
  return filter;
}

/** Reads the `"[" valFilter "]"` of a value path at a place in a text, and says where it ended. */
export function parseValueFilter(
  text: string,
  start: number,
): { readonly filter: Filter; readonly end: number } {
  const cursor = startOf(text);
  cursor.at = start;
  const filter = parseBrackets(cursor);
  return { filter, end: cursor.at };
}

function startOf(text: string): Cursor {
  if (text.length > MAX_LENGTH) {
    throw invalidFilter(
      `The filter has ${text.length} characters; shorten it to at most ${MAX_LENGTH}.`,
    );
  }
  return { text, at: 0, depth: 0, terms: 0, inValuePath: false };
}

function parseOr(cursor: Cursor): Filter {
  return parseChain(cursor, 'or', parseAnd);
}

/** `and` binds tighter than `or`. */
function parseAnd(cursor: Cursor): Filter {
  return parseChain(cursor, 'and', parseTerm);
}

function parseChain(cursor: Cursor, kind: 'and' | 'or', next: (cursor: Cursor) => Filter): Filter {
  const first = next(cursor);
  const terms = [first];
  while (peekWord(cursor).toLowerCase() === kind) {
    takeWord(cursor);
    terms.push(next(cursor));
  }
  return terms.length === 1 ? first : { kind, terms };
}

function parseTerm(cursor: Cursor): Filter {
  cursor.terms += 1;
  if (cursor.terms > MAX_TERMS) throw unexpected(cursor, `at most ${MAX_TERMS} terms`);
  if (peek(cursor) === '(') return parseGroup(cursor);
  if (peekWord(cursor).toLowerCase() !== 'not') return parseExpression(cursor);
  takeWord(cursor);
  if (peek(cursor) !== '(') throw unexpected(cursor, '( after not');
  return { kind: 'not', filter: parseGroup(cursor) };
}

function parseGroup(cursor: Cursor): Filter {
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) throw unexpected(cursor, `at most ${MAX_DEPTH} nested groups`);
  cursor.at += 1;
  const filter = parseOr(cursor);
  if (peek(cursor) !== ')') throw unexpected(cursor, 'and, or, or )');
  cursor.at += 1;
  cursor.depth -= 1;
  return filter;
}

function parseExpression(cursor: Cursor): Filter {
  const path = parsePath(cursor);
  if (peek(cursor) !== '[') return parseOperator(cursor, path);
  const filter = parseBrackets(cursor);
  if (cursor.text[cursor.at] !== '.') return { kind: 'valuePath', path, filter };
  cursor.at += 1;
  return comparedElement(path, filter, parseOperator(cursor, parsePath(cursor)));
}

function parseBrackets(cursor: Cursor): Filter {
  if (peek(cursor) !== '[') throw unexpected(cursor, '[');
  if (cursor.inValuePath) throw unexpected(cursor, 'no [ inside of [ ]');
  cursor.at += 1;
  cursor.inValuePath = true;
  const filter = parseOr(cursor);
  if (peek(cursor) !== ']') throw unexpected(cursor, 'and, or, or ]');
  cursor.at += 1;
  cursor.inValuePath = false;
  return filter;
}

function parsePath(cursor: Cursor): AttributePath {
  const name = peekWord(cursor);
  const path = parseAttributePath(name);
  if (path === undefined) throw unexpected(cursor, 'an attribute name');
  takeWord(cursor);
  return path;
}

function parseOperator(cursor: Cursor, path: AttributePath): Filter {
  const word = peekWord(cursor).toLowerCase();
  if (word === 'pr') {
    takeWord(cursor);
    return { kind: 'present', path };
  }
  const operator = COMPARE_OPERATORS.find((candidate) => candidate === word);
  if (operator === undefined) {
    throw unexpected(cursor, `an operator (${COMPARE_OPERATORS.join(', ')} or pr)`);
  }
  takeWord(cursor);
  return { kind: 'compare', path, operator, value: parseValue(cursor) };
}

const LITERALS: ReadonlyMap<string, CompareValue> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function parseValue(cursor: Cursor): CompareValue {
  if (peek(cursor) === '"') return parseString(cursor);
  const word = peekWord(cursor);
  const literal = LITERALS.get(word.toLowerCase());
  // Adding 0 makes 0 of -0, which JSON cannot tell from it.
  const value = literal === undefined && NUMBER.test(word) ? Number(word) + 0 : literal;
  if (value === undefined || value === Number.POSITIVE_INFINITY || value === -Infinity) {
    throw unexpected(cursor, 'a value: a string in double quotes, a number, true, false or null');
  }
  takeWord(cursor);
  return value;
}

function parseString(cursor: Cursor): string {
  const start = cursor.at;
  let end = start + 1;
  while (end < cursor.text.length && cursor.text[end] !== '"') {
    end += cursor.text[end] === '\\' ? 2 : 1;
  }
  if (end >= cursor.text.length) throw unexpected(cursor, 'a closing double quote');
  const value = jsonString(cursor.text.slice(start, end + 1));
  if (value === undefined) throw unexpected(cursor, 'a string as in JSON, \\ and " escaped by \\');
  cursor.at = end + 1;
  return value;
}

/** A JSON string that is well-formed Unicode without NUL, as only such are ever stored. */
function jsonString(quoted: string): string | undefined {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' && value === storable(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const SPACE = ' \t\r\n';
const DELIMITERS = `${SPACE}()[]"`;

/** Skips white space and returns the next character, empty at the end. */
function peek(cursor: Cursor): string {
  while (cursor.at < cursor.text.length && SPACE.includes(cursor.text.charAt(cursor.at))) {
    cursor.at += 1;
  }
  return cursor.text.charAt(cursor.at);
}

/** Skips white space and returns the next word, empty where a delimiter or the end stands. */
function peekWord(cursor: Cursor): string {
  peek(cursor);
  let end = cursor.at;
  while (end < cursor.text.length && !DELIMITERS.includes(cursor.text.charAt(end))) end += 1;
  return cursor.text.slice(cursor.at, end);
}

function takeWord(cursor: Cursor): void {
  cursor.at += peekWord(cursor).length;
}

function unexpected(cursor: Cursor, expected: string): Error {
  const found = peekWord(cursor) || peek(cursor);
  const shown = found === '' ? 'its end' : `'${found.slice(0, 40)}'`;
  return invalidFilter(
    `The filter has ${shown} at character ${cursor.at + 1}, where ${expected} is expected.`,
  );
}

/** Writes a filter in its shortest form; `parseFilter` reads the same tree from it. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
      return filter.terms.map((term) => grouped(term, ['and', 'or'])).join(' and ');
    case 'or':
      return filter.terms.map((term) => grouped(term, ['or'])).join(' or ');
    case 'not':
      return `not (${printFilter(filter.filter)})`;
    case 'present':
      return `${printAttributePath(filter.path)} pr`;
    case 'compare':
      return `${printAttributePath(filter.path)} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case 'valuePath':
      return `${printAttributePath(filter.path)}[${printFilter(filter.filter)}]`;
  }
}

function grouped(term: Filter, kinds: readonly Filter['kind'][]): string {
  return kinds.includes(term.kind) ? `(${printFilter(term)})` : printFilter(term);
}
