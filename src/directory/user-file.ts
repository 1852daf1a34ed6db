/**
 * The users of the directory as a file of comma-separated values (RFC 4180). A file that is taken in says of each line
 * what becomes of it; a cell that is there and empty empties the attribute, a column that is not there leaves it alone.
 */
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { JsonObject } from '../model.ts';
import { ScimError } from '../scim/error.ts';
import { isArray, isObject } from '../scim/json.ts';

/** The enterprise extension (RFC 7643 §4.3). */
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A column: how it is read from a user, and where a change of it goes. */
interface Column {
  readonly of: (user: JsonObject) => string;
  /** The SCIM path; `null` for what is no attribute of the user. */
  readonly path: string | null;
  readonly value?: (cell: string) => JsonObject[string];
}

const primary = (cell: string) => [{ value: cell, type: 'work', primary: true }];

/** Every column there is, in the order of a file that is given out. */
const columns = {
  userName: { of: ({ userName }) => text(userName), path: 'userName' },
  email: { of: ({ emails }) => firstOf(emails), path: 'emails', value: primary },
  givenName: { of: ({ name }) => inside(name, 'givenName'), path: 'name.givenName' },
  familyName: { of: ({ name }) => inside(name, 'familyName'), path: 'name.familyName' },
  displayName: { of: ({ displayName }) => text(displayName), path: 'displayName' },
  phone: { of: ({ phoneNumbers }) => firstOf(phoneNumbers), path: 'phoneNumbers', value: primary },
  title: { of: ({ title }) => text(title), path: 'title' },
  department: {
    of: (user) => inside(user[enterprise], 'department'),
    path: `${enterprise}:department`,
  },
  active: {
    of: ({ active }) => (active === false ? 'false' : 'true'),
    path: 'active',
    value: (cell) => readActive(cell),
  },
  groups: { of: () => '', path: null },
} as const satisfies Readonly<Record<string, Column>>;

/** The name of a column. */
export type ColumnName = keyof typeof columns;

/** The names of the columns, in their order. */
export const columnNames = Object.keys(columns) as readonly ColumnName[];

/** Between the names of groups in one cell; in a name it has a backslash before it, as a backslash itself has. */
const separator = ';';

/** A line of a file: its number in the file, and its cells by column. */
export interface FileLine {
  readonly line: number;
  readonly cells: Readonly<Partial<Record<ColumnName, string>>>;
}

/** The cells of a user. */
export function cellsOf(user: JsonObject, groups: readonly string[]): readonly string[] {
  return columnNames.map((name) =>
    name === 'groups' ? groups.map(escaped).join(separator) : columns[name].of(user),
  );
}

const escaped = (name: string): string => name.replace(/[;\\]/g, '\\$&');

/** More lines are no file that is taken in at once. */
const mostLines = 100_000;

interface CsvRecord {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

/**
 * Reads a file, a slice at a time, so that nobody else waits for it. Throws a `ScimError` (400) that says what is wrong
 * with it as a whole; what is wrong with single lines is found when they are taken in.
 */
export async function readFile(csv: string): Promise<readonly FileLine[]> {
  const lines: FileLine[] = [];
  for await (const { record, info } of records(csv)) {
    if (lines.length === 0) checkColumns(Object.keys(record));
    if (lines.length === mostLines)
      throw refused(`The file has more than ${mostLines} users: split it into several.`);
    const cells = Object.entries(record).map(([name, cell]) => [name, unescaped(cell.trim())]);
    lines.push({ line: info.lines, cells: Object.fromEntries(cells) });
  }
  if (lines.length === 0)
    throw refused(
      'The file has no lines: the first names the columns, each further one is a user.',
    );
  return lines;
}

function checkColumns(names: readonly string[]): void {
  const unknown = names.filter((name) => !isColumn(name));
  if (unknown.length > 0)
    throw refused(
      `The file has the columns ${unknown.map((name) => JSON.stringify(name.slice(0, 60))).join(', ')}, which are not known: there are ${columnNames.join(', ')}.`,
    );
  if (!names.includes('userName'))
    throw refused('The file has no column userName, by which users are told apart.');
}

async function* records(csv: string): AsyncGenerator<CsvRecord> {
  const parser = Readable.from(slices(csv)).pipe(
    parse({
      ...{ bom: true, columns: (names: string[]) => names.map((name) => name.trim()), info: true },
      ...{ skip_empty_lines: true, max_record_size: 100_000, to: mostLines + 1 },
    }),
  );
  try {
    for await (const one of parser) yield one as CsvRecord;
  } catch (error) {
    if (error instanceof ScimError) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw refused(`The file cannot be read as comma-separated values: ${words}`);
  }
}

const sliceLength = 65_536;

/** The text in slices; between two of them others have their turn. */
async function* slices(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += sliceLength) {
    yield text.slice(at, at + sliceLength);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** An apostrophe keeps a spreadsheet from running a cell: files that are given out have it (`csvLine`). */
const unescaped = (cell: string): string => cell.replace(/^'(?=[=+\-@])/, '');

const isColumn = (name: string): name is ColumnName => Object.hasOwn(columns, name);

/** Somebody new, as SCIM takes them. */
export function userIn({ cells }: FileLine): JsonObject {
  const user: Record<string, JsonObject[string]> = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    active: cells.active === undefined || cells.active === '' ? true : readActive(cells.active),
  };
  const put = (name: ColumnName, at: string) => {
    const cell = cells[name];
    if (cell !== undefined && cell !== '') user[at] = valueIn(name, cell);
  };
  for (const name of ['userName', 'displayName', 'title'] as const) put(name, name);
  put('phone', 'phoneNumbers');
  put('email', 'emails');
  if (user.emails === undefined && cells.userName?.includes('@') === true)
    user.emails = primary(cells.userName);
  const { givenName = '', familyName = '', department = '' } = cells;
  if (givenName !== '' || familyName !== '') user.name = filled({ givenName, familyName });
  if (department !== '') user[enterprise] = { department };
  return user;
}

/** What a line changes about somebody, as operations of a PATCH; none: nothing. */
export function changesIn({ cells }: FileLine, user: JsonObject): readonly JsonObject[] {
  return columnNames.flatMap((name) => {
    const cell = cells[name];
    const { path, of } = columns[name];
    if (cell === undefined || path === null || name === 'userName') return [];
    const said = name === 'active' && cell !== '' ? String(readActive(cell)) : cell;
    if (of(user) === said || (name === 'active' && cell === '')) return [];
    return cell === ''
      ? [{ op: 'remove', path }]
      : [{ op: 'replace', path, value: valueIn(name, cell) }];
  });
}

/** The groups that a line names; `null`: it does not say. */
export function groupsIn({ cells: { groups } }: FileLine): readonly string[] | null {
  if (groups === undefined) return null;
  const names = groups.match(/(?:\\.|[^;\\])+/g) ?? [];
  return names.map((name) => name.replace(/\\(.)/g, '$1').trim()).filter((name) => name !== '');
}

function valueIn(name: ColumnName, cell: string): JsonObject[string] {
  const column: Column = columns[name];
  return column.value === undefined ? cell : column.value(cell);
}

function readActive(cell: string): boolean {
  if (/^(?:true|yes|1|active)$/i.test(cell)) return true;
  if (/^(?:false|no|0|inactive|suspended)$/i.test(cell)) return false;
  throw refused(`active is ${JSON.stringify(cell.slice(0, 40))}: it must be true or false.`);
}

const refused = (detail: string) => new ScimError(400, detail, 'invalidValue');
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const inside = (value: unknown, name: string): string => (isObject(value) ? text(value[name]) : '');
const filled = (values: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

function firstOf(values: unknown): string {
  if (!isArray(values)) return '';
  const chosen = values.find((one) => isObject(one) && one.primary === true) ?? values[0];
  return inside(chosen, 'value');
}
