/**
 * Runs one mutation for each line of an uploaded file. Shopify promises no order: the blocks of the
 * file are taken in a shuffled one, and so are the lines of each block.
 */
import { GraphQLError } from 'graphql';
import type { Faults } from '../faults.ts';
import { onlyOperation } from '../graphql/bulk-rules.ts';
import { parseDocument } from '../graphql/documents.ts';
import type { Executor, GraphqlAnswer } from '../graphql/executor.ts';
import type { BulkOperation } from '../shop/bulk-operations.ts';
import type { Database } from '../shop/database.ts';
import { countBlocks, parseObject, readBlock } from '../shop/staged-uploads.ts';
import type { BulkJob } from './job.ts';
import { shuffledOrder } from './shuffle.ts';

export interface JobTools {
  readonly database: Database;
  readonly executor: Executor;
  readonly faults: Faults;
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** Goes on where the operation's position says. */
export function mutationJob(tools: JobTools, operation: BulkOperation): BulkJob {
  const contentId = operation.contentId ?? 0;
  const blocks = shuffledOrder(countBlocks(tools.database, contentId), operation.id);
  const run = lineRunner(tools, operation.document);
  let [block, line] = readPosition(operation.position);
  let lines = blockLines(tools.database, operation, blocks[block]);
  return {
    next: () => {
      for (; block < blocks.length; block += 1, line = 0) {
        lines ??= blockLines(tools.database, operation, blocks[block]);
        const next = lines?.[line];
        if (next) {
          line += 1;
          const answer = { ...run(next.text), __lineNumber: next.number };
          return { output: `${JSON.stringify(answer)}\n`, objects: 1, rootObjects: 1 };
        }
        lines = undefined;
      }
      return undefined;
    },
    position: () => JSON.stringify([block, line]),
  };
}

function readPosition(position: string | null): [block: number, line: number] {
  const parsed: unknown = JSON.parse(position ?? '[0,0]');
  const [block, line] = Array.isArray(parsed) ? parsed.map(Number) : [];
  return [block ?? 0, line ?? 0];
}

/** The lines of a block that say something, shuffled. */
function blockLines(
  database: Database,
  { id, contentId }: BulkOperation,
  sequence: number | undefined,
): readonly Line[] | undefined {
  if (sequence === undefined) return undefined;
  const block = readBlock(database, contentId ?? 0, sequence);
  if (!block) throw new Error(`Block ${sequence} of upload ${contentId} is gone`);
  const lines = new TextDecoder()
    .decode(block.data)
    .split('\n')
    .map((text, index) => ({ number: block.firstLine + index, text }))
    .filter(({ text }) => text.trim() !== '');
  return [...shuffledOrder(lines.length, id + sequence + 1)].flatMap((index) => lines[index] ?? []);
}

/** Executes the mutation with a line's variables; it was read and validated once, before. */
function lineRunner({ executor, faults }: JobTools, text: string): (line: string) => GraphqlAnswer {
  const document = parseDocument(text);
  const operation = document instanceof GraphQLError ? undefined : onlyOperation(document);
  if (document instanceof GraphQLError || !operation)
    throw new Error('A mutation that cannot be read was to be run');
  const names = rootNames(operation);
  return (line) => {
    const variables = parseObject(line);
    if (!variables) return { errors: [{ message: 'The line is not a valid JSON object.' }] };
    const error = faults.strikeLine(names)?.error;
    const fault = error && ({ kind: 'user-error', field: null, error } as const);
    return executor.executeInBulk({ document, operation, variables, fault });
  };
}

/** The names a fault may call the operation by. */
export function rootNames(operation: NonNullable<ReturnType<typeof onlyOperation>>): string[] {
  const roots = operation.selectionSet.selections.flatMap((selection) =>
    selection.kind === 'Field' ? selection.name.value : [],
  );
  return operation.name ? [operation.name.value, ...roots] : roots;
}
