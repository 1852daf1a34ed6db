/** Rights on the command line: what was bought and given by hand, and what is decided about it. */
import {
  answerQuestion,
  chooseLearner,
  give,
  nameForLine,
  thePerson,
  withdraw,
} from '../courses/decisions.ts';
import { answerInput, giftInput, learnersInput } from '../http/admin-grants.ts';
import { readInput } from '../http/admin-input.ts';
import { type ListedRight, listRights } from '../store/ledger.ts';
import { findPeople } from '../store/people.ts';
import { type Context, theDestination, theTenant, UsageError } from './context.ts';

const actor = 'cli';
const pageSize = 200;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What deciding needs; a running Rollcall finds by itself within a second who is to be looked at. */
const worldOf = ({ database: { pool } }: Context) => ({
  ...{ pool, now: Date.now, wake: () => undefined },
});

/** `grant list`. */
export async function listGrants(context: Context): Promise<string> {
  const { database, options } = context;
  const { pool } = database;
  const { tenantId } = await theTenant(database, options);
  const { person } = options;
  const people = person === undefined ? null : await findPeople(pool, tenantId, person);
  const filter = {
    attention: options.attention === true,
    people: people?.map(({ resourceId }) => resourceId) ?? null,
    order: options.order ?? null,
  };
  const rights: ListedRight[] = [];
  for (let before: string | null = null; ; ) {
    const page: readonly ListedRight[] = await listRights(pool, tenantId, filter, {
      ...{ limit: pageSize, before },
    });
    rights.push(...page);
    before = page.at(-1)?.id ?? null;
    if (page.length < pageSize) break;
  }
  if (options.json === true) return JSON.stringify({ grants: rights }, null, 2);
  if (rights.length > 0) return rights.map(lineOf).join('\n');
  return options.attention === true ? 'Nothing waits for somebody.' : 'No rights that fit.';
}

function lineOf(right: ListedRight): string {
  const { id, userName, learner, membership, destinationId, state, words } = right;
  const who = userName ?? learner ?? 'nobody yet';
  return `${id}  ${who}  ${membership} at ${destinationId}  ${state}${datesOf(right)}  ${words}${whyOf(right)}`;
}

function datesOf({ state, startsAt, endsAt, endedAt }: ListedRight): string {
  if (state === 'ended') return endedAt === null ? '' : ` ${endedAt.toISOString()}`;
  if (startsAt === null) return '';
  const until = endsAt === null ? '' : ` until ${endsAt.toISOString()}`;
  return ` from ${startsAt.toISOString()}${until}`;
}

function whyOf({ reason, question }: ListedRight): string {
  if (question !== null) return `: ${question}. Answer keep, suspend or remove`;
  return reason === null ? '' : `: ${reason}`;
}

/** `grant give`. */
export async function giveGrant(context: Context): Promise<string> {
  const { options, positionals } = context;
  const [person, membership, ...others] = positionals;
  if (person === undefined || membership === undefined || others.length > 0)
    throw new UsageError(
      "Say whom and what: rollcall grant give ada@example.com MEMBERSHIP --note 'why' (see rollcall membership list).",
    );
  const { tenantId, id: destinationId, name } = await theDestination(context);
  const { note, until, ending } = options;
  const endsAt = until === undefined ? null : dateOf(until);
  const gift = readInput(giftInput, {
    ...{ person, membership, destination: destinationId, endsAt },
    ...(note === undefined ? {} : { note }),
    ...(ending === undefined ? {} : { ending }),
  });
  const world = worldOf(context);
  const resourceId = await thePerson(world, tenantId, gift.person);
  const id = await give(world, { ...gift, tenantId, destinationId, resourceId, actor });
  return `${person} has ${membership} at ${name}: ${id}`;
}

/** A day, or a moment, as ISO 8601. */
export function dateOf(text: string): string {
  const at = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(at.getTime())) return at.toISOString();
  throw new UsageError(`${text} is no date: write it like 2027-01-31 or 2027-01-31T12:00:00Z.`);
}

/** `grant withdraw`. */
export async function withdrawGrant(context: Context): Promise<string> {
  await withdraw(worldOf(context), await aboutOf(context));
  return 'It is taken back; what an order or a rule gives stays.';
}

/** `grant answer`. */
export async function answerGrant(context: Context): Promise<string> {
  const about = await aboutOf(context);
  const { answer } = readInput(answerInput, { answer: context.positionals[1] });
  await answerQuestion(worldOf(context), about, answer);
  return `The answer is ${answer}.`;
}

/** `grant choose`. */
export async function chooseGrant(context: Context): Promise<string> {
  const about = await aboutOf(context);
  const [, person] = context.positionals;
  if (person === undefined)
    throw new UsageError('Say whose it is: rollcall grant choose RIGHT PERSON');
  const world = worldOf(context);
  await chooseLearner(world, about, await thePerson(world, about.tenantId, person));
  return `It is ${person}’s.`;
}

/** `grant learners`. */
export async function nameGrantLearners(context: Context): Promise<string> {
  const about = await aboutOf(context);
  const { emails } = readInput(learnersInput, { emails: context.positionals.slice(1) });
  await nameForLine(worldOf(context), about, emails);
  return emails.length === 1 ? '1 learner is named.' : `${emails.length} learners are named.`;
}

async function aboutOf({ database, options, positionals }: Context) {
  const [grantId = ''] = positionals;
  if (!uuid.test(grantId)) throw new UsageError('Say which right: see rollcall grant list.');
  const { tenantId } = await theTenant(database, options);
  return { tenantId, grantId, actor };
}
