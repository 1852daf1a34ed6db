/** What would become of everybody, on the command line. */
import { readPolicy } from '../http/admin-preview.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { type PreviewEvent, preview } from '../provisioning/preview.ts';
import { comparePreview, findPreview } from '../store/previews.ts';
import { connections } from './connections.ts';
import { type Context, theDestination, UsageError } from './context.ts';
import { readJson } from './files.ts';

const shownOfEach = 20;

/** `preview`. */
export async function previewCommand(context: Context): Promise<string> {
  const { database, options } = context;
  const destination = await theDestination(context);
  const policy = options.policy === undefined ? null : readPolicy(await readJson(options.policy));
  await using to = await connections(context);
  const world = { pool: database.pool, now: Date.now, connect: to.connect };
  const { signal } = new AbortController();
  const told = new Told(context.tell);
  try {
    for await (const event of preview(world, { destination, policy, signal })) told.take(event);
  } catch (error) {
    if (error instanceof DestinationError) throw new UsageError(error.message);
    throw error;
  }
  return told.text();
}

/** `preview compare`. */
export async function comparePreviewCommand(context: Context): Promise<string> {
  const { pool } = context.database;
  const { tenantId } = await theDestination(context);
  const [id = ''] = context.positionals;
  const kept = /^[0-9a-f-]{36}$/.test(id) ? await findPreview(pool, tenantId, id) : null;
  if (kept === null) throw new UsageError(`There is no preview ${id}: rollcall preview makes one.`);
  const { asPreviewed, waiting, different, differences } = await comparePreview(
    pool,
    tenantId,
    id,
    shownOfEach,
  );
  return [
    `${asPreviewed} as previewed, ${waiting} not done yet, ${different} otherwise`,
    ...differences.map(
      ({ userName, linkId, previewed, happened, reason }) =>
        `  ${userName ?? linkId}: ${previewed} was previewed, ${happened} happened${reason === null ? '' : `: ${reason}`}`,
    ),
  ].join('\n');
}

const guardedWords = (guarded: number): string =>
  `The guard would hold ${guarded} of these until somebody decides: rollcall guard list`;

/** What is kept of a preview to be printed: of each effect the first people and groups, never all. A class because it grows. */
class Told {
  readonly #named = new Map<string, string[]>();
  readonly #tell: Context['tell'];
  #summary = '';

  constructor(tell: Context['tell']) {
    this.#tell = tell;
  }

  take(event: PreviewEvent): void {
    switch (event.type) {
      case 'waiting':
        this.#tell(`the destination asks to wait until ${event.until}\n`);
        return;
      case 'reading':
        this.#tell(
          `read ${event.read}${event.about === null ? '' : ` of about ${event.about}`} accounts\n`,
        );
        return;
      case 'person':
        this.#note(event.effect, event.person, event.reason);
        return;
      case 'group':
        this.#note(event.effect, `group ${event.group}`, event.reason);
        return;
      case 'summary':
        this.#summary = [
          ...Object.entries(event.counts).map(([effect, count]) => `${effect}: ${count}`),
          ...Object.entries(event.groups)
            .filter(([, count]) => count > 0)
            .map(([effect, count]) => `groups, ${effect}: ${count}`),
          ...(event.guarded === 0 ? [] : [guardedWords(event.guarded)]),
          `Nothing was written. Compare it with what happens: rollcall preview compare ${event.previewId}`,
        ].join('\n');
    }
  }

  #note(effect: string, name: string, why: string | null): void {
    const named = this.#named.get(effect) ?? [];
    if (named.length < shownOfEach) named.push(`  ${name}${why === null ? '' : `: ${why}`}`);
    this.#named.set(effect, named);
  }

  text(): string {
    const groups = [...this.#named]
      .filter(([effect]) => effect !== 'nothing')
      .map(([effect, people]) => [effect, ...people].join('\n'));
    return [...groups, this.#summary].join('\n\n');
  }
}
