/** Exports what a query selects, page by page. */
import type { GraphQLSchema } from 'graphql';
import { exportedPage, exportParts } from '../graphql/bulk-export.ts';
import type { Executor, GraphqlAnswer } from '../graphql/executor.ts';
import type { BulkOperation } from '../shop/bulk-operations.ts';
import { type BulkJob, JobFailure } from './job.ts';

interface QueryTools {
  readonly schema: GraphQLSchema;
  readonly executor: Executor;
}

/** Which part of the query is being exported, and the cursor its next page begins after. */
interface Position {
  readonly part: number;
  readonly after: string | null;
}

/** Goes on where the operation's position says. */
export function queryJob({ schema, executor }: QueryTools, operation: BulkOperation): BulkJob {
  const parts = exportParts(schema, operation.document);
  let { part, after } = readPosition(operation.position);
  return {
    next: () => {
      const current = parts[part];
      if (!current) return undefined;
      const variables = { after };
      const answer = executor.executeInBulk({ ...current, variables, fault: undefined });
      refuseErrors(answer);
      const page = exportedPage(answer.data, current.key);
      after = page.next;
      if (after === null) part += 1;
      const output = page.lines.map((line) => `${line}\n`).join('');
      return { output, objects: page.lines.length, rootObjects: page.rootObjects };
    },
    position: () => JSON.stringify({ part, after } satisfies Position),
  };
}

function readPosition(position: string | null): Position {
  const parsed: unknown = JSON.parse(position ?? '{}');
  const given = typeof parsed === 'object' && parsed !== null ? parsed : {};
  const after: unknown = Reflect.get(given, 'after');
  return {
    part: Number(Reflect.get(given, 'part') ?? 0),
    after: typeof after === 'string' ? after : null,
  };
}

// An export has no place for errors: the first one fails it.
function refuseErrors({ errors }: GraphqlAnswer): void {
  const [error] = errors ?? [];
  if (!error) return;
  const denied = JSON.stringify(error).includes('"ACCESS_DENIED"');
  const message = String(Reflect.get(error, 'message'));
  throw new JobFailure(message, denied ? 'ACCESS_DENIED' : 'INTERNAL_SERVER_ERROR');
}
