/** Memberships on the command line: what a policy can give at a destination. */
import { type Catalogue, catalogueOf } from '../provisioning/catalogue.ts';
import type { CatalogueEntry } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { connections } from './connections.ts';
import { type Context, theDestination, UsageError } from './context.ts';

/** `membership list`: every page of it, of the destination that is meant. */
export async function listMemberships(context: Context): Promise<string> {
  const destination = await theDestination(context);
  await using to = await connections(context);
  try {
    const lines: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await catalogueOf(to.connect(destination), after);
      lines.push(...page.entries.map(lineOf));
      if (page.next === null) return [...lines, ...helpOf(page, lines)].join('\n');
      after = page.next;
    }
  } catch (error) {
    if (error instanceof DestinationError) throw new UsageError(error.message);
    throw error;
  }
}

function helpOf({ help }: Catalogue, lines: readonly string[]): readonly string[] {
  if (help === null) return lines.length === 0 ? ['There is nothing to pick from.'] : [];
  return lines.length === 0 ? [help] : ['', help];
}

function lineOf({ membership, label }: CatalogueEntry): string {
  return `${membership}  ${label}`;
}
