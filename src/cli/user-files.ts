/** Users of the directory as files on the command line: taken in, and given out. */
import { ownerOf } from '../directory/request.ts';
import { columnsOf } from '../directory/user-columns.ts';
import { exportUsers } from '../directory/user-export.ts';
import { readFile } from '../directory/user-file.ts';
import { type ImportEvent, importUsers, type LineEffect } from '../directory/user-import.ts';
import type { Context, Verdict } from './context.ts';
import { theDirectory, theOne } from './directory.ts';
import { readText, writeText } from './files.ts';

/** Of each effect the first lines are shown, of what was refused all. */
const shownOfEach = 20;

type Line = Extract<ImportEvent, { readonly type: 'line' }>;

/** `user import`: says what would become of each line; with `--yes` takes the file in. */
export async function importUsersCommand(context: Context): Promise<Verdict> {
  const { options, positionals, tell, stdin } = context;
  const file = theOne(positionals, 'Say which file: rollcall user import users.csv');
  const { world, request } = await theDirectory(context);
  const columns = columnsOf(request.access.types.User);
  const lines = await readFile(file === '-' ? await stdin() : await readText(file), columns);
  const how = options.yes === true ? 'import' : 'preview';
  const { signal } = new AbortController();
  const told: Line[] = [];
  let counts: Counts = { create: 0, update: 0, nothing: 0, refused: 0 };
  for await (const event of importUsers(world, request, { lines, how, signal })) {
    if (event.type === 'line') told.push(event);
    else counts = event.counts;
    if (event.type === 'progress') tell(`${event.done} of ${event.total} lines\n`);
  }
  const text =
    options.json === true
      ? JSON.stringify({ how, counts, lines: told }, null, 2)
      : [...effects.flatMap((effect) => linesOf(effect, told)), summaryOf(how, counts, file)].join(
          '\n',
        );
  return { text, failed: counts.refused > 0 };
}

type Counts = Readonly<Record<LineEffect, number>>;

const effects = ['create', 'update', 'refused'] as const;

function linesOf(effect: LineEffect, told: readonly Line[]): readonly string[] {
  const all = told.filter((line) => line.effect === effect);
  if (all.length === 0) return [];
  const shown = effect === 'refused' ? all : all.slice(0, shownOfEach);
  const more = all.length - shown.length;
  return [
    effect,
    ...shown.map(
      ({ line, userName, detail }) =>
        `  line ${line}  ${userName}${detail === '' ? '' : `: ${detail}`}`,
    ),
    ...(more === 0 ? [] : [`  and ${more} more`]),
  ];
}

function summaryOf(how: 'preview' | 'import', counts: Counts, file: string): string {
  const { create, update, nothing, refused } = counts;
  const sum = `create: ${create}, update: ${update}, as they are: ${nothing}, refused: ${refused}`;
  return how === 'import'
    ? `${sum}\nThe file is taken in.`
    : `${sum}\nNothing was written. To take it in: rollcall user import ${file} --yes`;
}

/** `user export`. */
export async function exportUsersCommand(context: Context): Promise<string> {
  const file = theOne(context.positionals, 'Say which file: rollcall user export users.csv');
  const { world, request } = await theDirectory(context);
  const exported = { owner: ownerOf(request), type: request.access.types.User };
  await writeText(file, exportUsers(world.pool, exported));
  return `The users are in ${file}.`;
}
