/**
 * The users of the directory as a file of comma-separated values (RFC 4180). A file that is taken in says of each line
 * what becomes of it; a cell that is there and empty empties the attribute, a column that is not there leaves it alone.
 */
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { JsonObject } from '../model.ts';
import { ScimError } from '../scim/error.ts';
import { applyPatch, PATCH_URN, readPatch } from '../scim/patch.ts';
import type { ResourceType } from '../scim/resource-types.ts';
import {
  type Column,
  cellOf,
  columnCalled,
  columnsOf,
  escaped,
  headsOf,
  operationsFor,
  separator,
  splitCell,
} from './user-columns.ts';

/** A line of a file: its number in the file, and its cells by column. */
export interface FileLine {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** The column that is no attribute of a user. */
const groupsColumn = 'groups';

/** The headings of a file that is given out. */
export const headingsOf = (columns: readonly Column[]): readonly string[] => [
  ...columns.map(({ name }) => name),
  groupsColumn,
];

/** The cells of a user, whose manager has this userName. */
export function cellsOf(
  columns: readonly Column[],
  user: JsonObject,
  { groups, manager }: { readonly groups: readonly string[]; readonly manager: string | null },
): readonly string[] {
  const cells = columns.map((column) =>
    column.kind === 'person' ? (manager ?? cellOf(user, column)) : cellOf(user, column),
  );
  return [...cells, groups.map(escaped).join(separator)];
}

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
export async function readFile(
  csv: string,
  columns: readonly Column[],
): Promise<readonly FileLine[]> {
  const lines: FileLine[] = [];
  let names: ReadonlyMap<string, string> = new Map();
  for await (const { record, info } of records(csv)) {
    if (lines.length === 0) names = namesOf(Object.keys(record), columns);
    if (lines.length === mostLines)
      throw refused(`The file has more than ${mostLines} users: split it into several.`);
    const cells = Object.entries(record).map(([heading, cell]) => [
      names.get(heading) ?? heading,
      unescaped(cell.trim()),
    ]);
    lines.push({ line: info.lines, cells: Object.fromEntries(cells) });
  }
  if (lines.length === 0)
    throw refused(
      'The file has no lines: the first names the columns, each further one is a user.',
    );
  return lines;
}

/** The columns that the headings of a file name. */
function namesOf(
  headings: readonly string[],
  columns: readonly Column[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const unknown: string[] = [];
  for (const heading of headings) {
    const name = heading === groupsColumn ? groupsColumn : columnCalled(columns, heading)?.name;
    if (name === undefined) unknown.push(JSON.stringify(heading.slice(0, 60)));
    else if ([...names.values()].includes(name))
      throw refused(`The file has the column ${name} twice.`);
    else names.set(heading, name);
  }
  if (unknown.length > 0)
    throw refused(
      `The file has the columns ${unknown.join(', ')}, which are not known: there are ${headingsOf(columns).join(', ')}.`,
    );
  if (!names.has('userName'))
    throw refused('The file has no column userName, by which users are told apart.');
  return names;
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
const unescaped = (cell: string): string => cell.replace(/^'(?='*[=+\-@\t\r])/, '');

/** Somebody new of a directory whose users are of this type, as SCIM takes them. */
export function userIn(line: FileLine, type: ResourceType): JsonObject {
  const { userName = '' } = line.cells;
  const user = { schemas: [type.schema.id], userName, active: true };
  const { data } = changesIn(line, user, type);
  if (data.emails !== undefined || !userName.includes('@')) return data;
  return { ...data, emails: [{ value: userName, type: 'work', primary: true }] };
}

/** What a line changes about somebody: as operations of a PATCH, which may be none, and who they are with them. */
export interface Changes {
  /** The columns that differ. */
  readonly columns: readonly string[];
  readonly operations: readonly JsonObject[];
  readonly data: JsonObject;
}

/**
 * What a line changes about somebody, whose manager it names by id.
 * @throws `ScimError` which begins with the name of the column
 */
export function changesIn({ cells }: FileLine, user: JsonObject, type: ResourceType): Changes {
  const columns: string[] = [];
  const operations: JsonObject[] = [];
  let data = user;
  for (const column of columnsOf(type)) {
    const cell = cells[column.name];
    if (cell === undefined || column.name === 'userName') continue;
    try {
      const its = operationsFor(data, column, cell);
      if (its.length === 0) continue;
      const patch = readPatch({ schemas: [PATCH_URN], Operations: its });
      data = applyPatch(type, data, patch).resource;
      columns.push(column.name);
      operations.push(...its);
    } catch (error) {
      throw error instanceof ScimError ? inColumn(error, column) : error;
    }
  }
  return { columns, operations, data };
}

/** The same, said of the column instead of the attribute. */
export function inColumn(error: ScimError, column: Column): ScimError {
  const [, attribute] = headsOf(column);
  const words = error.detail.startsWith(attribute)
    ? error.detail.replace(/^\S+( eq "\w+"\]\S*)?:? /, '')
    : error.detail;
  return new ScimError(error.status, `${column.short}: ${words}`, error.scimType);
}

/** The groups that a line names; `null`: it does not say. */
export function groupsIn({ cells: { groups } }: FileLine): readonly string[] | null {
  return groups === undefined ? null : splitCell(groups);
}

const refused = (detail: string) => new ScimError(400, detail, 'invalidValue');
