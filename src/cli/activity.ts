/** The log on the command line: what was asked, decided and done. */
import { activityFileInput, activityFilter, changedText } from '../http/admin-activity.ts';
import { changesOf, stepsOf } from '../http/admin-activity-detail.ts';
import { activityWords } from '../http/admin-activity-words.ts';
import { readInput } from '../http/admin-input.ts';
import { type NamedActivity, namedActivity } from '../store/activity.ts';
import { type Context, theDestination, theSource, theTenant } from './context.ts';
import { dateOf } from './grants.ts';

const pageSize = 200;
const usually = 50;

/** `activity list`: the newest last, as one reads on below it. */
export async function listActivity(context: Context): Promise<string> {
  const { database, options } = context;
  const { pool } = database;
  const { tenantId } = await theTenant(database, options);
  const { person, outcome, since, until, destination, source, all, json } = options;
  const asked = readInput(activityFileInput, {
    ...{ person, outcome },
    ...(destination === undefined ? {} : { destination: (await theDestination(context)).id }),
    ...(source === undefined ? {} : { source: (await theSource(database, options)).id }),
    ...(since === undefined ? {} : { from: dateOf(since) }),
    ...(until === undefined ? {} : { to: dateOf(until) }),
  });
  const wanted = await activityFilter(pool, tenantId, asked);
  const limit = all === true ? pageSize : usually;
  const lines: NamedActivity[] = [];
  for (let before: string | null = null; ; before = lines.at(-1)?.id ?? null) {
    const page = await namedActivity(pool, tenantId, wanted, { limit, before });
    lines.push(...page);
    if (all !== true || page.length < limit) break;
  }
  const told = lines.toReversed();
  if (json === true) return told.map(asJson).join('\n');
  return told.length === 0 ? 'Nothing happened that fits.' : told.map(asText).join('\n');
}

function asJson(line: NamedActivity): string {
  const [summary, steps, changes] = [activityWords(line), stepsOf(line), changesOf(line)];
  return JSON.stringify({ ...line, summary, steps, changes });
}

function asText(line: NamedActivity): string {
  const changes = changesOf(line).map(
    ({ name, before, after }) => `    ${name}: ${changedText(before)} → ${changedText(after)}`,
  );
  const head = `${line.at.toISOString()}  ${line.outcome.padEnd(8)}  ${activityWords(line)}`;
  return [line.actor === null ? head : `${head} (${line.actor})`, ...changes].join('\n');
}
