/**
 * `bulkOperationRunMutation`, `bulkOperationRunQuery`, `bulkOperationCancel`. What they start is
 * carried out in the background (`bulk/`).
 */
import type { GraphQLSchema } from 'graphql';
import {
  type BulkOperation,
  type BulkType,
  changeStatus,
  createBulkOperation,
  findBulkOperation,
  isFinished,
  removeOldResults,
  unfinishedOperations,
} from '../../shop/bulk-operations.ts';
import { globalId } from '../../shop/global-id.ts';
import type { Problem } from '../../shop/problem.ts';
import type { Shop } from '../../shop/shop.ts';
import {
  findUploadedFile,
  maximumFileSize,
  startsWithObject,
  type UploadedFile,
} from '../../shop/staged-uploads.ts';
import { exportParts } from '../bulk-export.ts';
import { bulkMutationProblems, bulkQueryProblems } from '../bulk-rules.ts';
import type { Fields } from '../context.ts';
import { bulkOperationIdOf } from '../queries/bulk-operations.ts';
import { plainErrors } from './user-errors.ts';

interface RunMutationArguments {
  readonly mutation: string;
  readonly stagedUploadPath: string;
  readonly clientIdentifier?: string | null;
}

const maximumAtOnce = 5;

export const bulkOperationMutations: Fields<undefined> = {
  bulkOperationRunMutation: (_, args: RunMutationArguments, { shop }, { schema }) => {
    const file = findUploadedFile(shop.database, args.stagedUploadPath);
    const problem = mutationProblem(shop, schema, { args, file });
    if (problem || !file) return refused(problem ?? noSuchFile);
    return started(shop, {
      type: 'MUTATION',
      document: args.mutation,
      clientIdentifier: args.clientIdentifier ?? null,
      contentId: file.contentId,
      lines: file.lines,
    });
  },

  bulkOperationRunQuery: (_, { query }: { query: string }, { shop }, { schema }) => {
    const problems = bulkQueryProblems(schema, query);
    if (problems.length > 0) return refused(...problems);
    const busy = inProgress(shop, 'QUERY');
    if (busy) return refused(busy);
    exportParts(schema, query);
    const nothing = { clientIdentifier: null, contentId: null, lines: null };
    return started(shop, { type: 'QUERY', document: query, ...nothing });
  },

  bulkOperationCancel: (_, { id }: { id: string }, { shop }) => {
    const bulkOperation = findBulkOperation(shop, bulkOperationIdOf(id));
    if (!bulkOperation) return { bulkOperation: null, userErrors: plainErrors([doesNotExist]) };
    if (isFinished(bulkOperation))
      return { bulkOperation, userErrors: plainErrors([tooLate(bulkOperation)]) };
    changeStatus(shop.database, bulkOperation.id, 'CANCELING');
    return { bulkOperation: { ...bulkOperation, status: 'CANCELING' }, userErrors: [] };
  },
};

function started(shop: Shop, input: Parameters<typeof createBulkOperation>[1]) {
  removeOldResults(shop);
  return { bulkOperation: createBulkOperation(shop, input), userErrors: [] };
}

/** The first thing that speaks against a bulk mutation, in the order Shopify looks. */
function mutationProblem(
  shop: Shop,
  schema: GraphQLSchema,
  { args, file }: { readonly args: RunMutationArguments; readonly file: UploadedFile | undefined },
): Problem | undefined {
  return (
    bulkMutationProblems(schema, args.mutation)[0] ??
    identifierProblem(args.clientIdentifier ?? null) ??
    fileProblem(shop, file) ??
    inProgress(shop, 'MUTATION')
  );
}

function identifierProblem(identifier: string | null): Problem | undefined {
  if (identifier === null || (identifier.length >= 10 && identifier.length <= 255))
    return undefined;
  const message =
    identifier.length < 10
      ? 'is too short (minimum is 10 characters)'
      : 'is too long (maximum is 255 characters)';
  return { field: ['clientIdentifier'], message, code: 'INVALID_MUTATION' };
}

function fileProblem({ database }: Shop, file: UploadedFile | undefined): Problem | undefined {
  if (!file) return noSuchFile;
  if (file.size === 0) return invalidFile('The input file is empty.');
  if (file.size > maximumFileSize)
    return invalidFile(
      `The input file size exceeds the maximum allowed size of ${maximumFileSize / 1024 / 1024} MB.`,
    );
  return startsWithObject(database, file)
    ? undefined
    : invalidFile('Unexpected file structure - expected JSONL');
}

function inProgress({ database }: Shop, type: BulkType): Problem | undefined {
  const running = unfinishedOperations(database).filter((operation) => operation.type === type);
  const [oldest] = running;
  if (!oldest || running.length < maximumAtOnce) return undefined;
  const id = globalId('BulkOperation', oldest.id);
  return {
    field: [],
    message: `A bulk ${type.toLowerCase()} operation for this app and shop is already in progress: ${id}.`,
    code: 'OPERATION_IN_PROGRESS',
  };
}

const refused = (...problems: readonly Problem[]) => ({
  bulkOperation: null,
  userErrors: problems.map(({ field, message, code }) => ({
    field: field.length === 0 ? null : field,
    message,
    code,
  })),
});

const tooLate = ({ status }: BulkOperation): Problem => ({
  field: [],
  message: `A bulk operation cannot be canceled when it is ${status.toLowerCase()}`,
  code: null,
});

const doesNotExist: Problem = {
  field: ['id'],
  message: 'Bulk operation does not exist',
  code: null,
};

const noSuchFile: Problem = {
  field: [],
  message:
    "The JSONL file could not be found. Try uploading the file again, and check that you've entered the URL correctly for the stagedUploadPath mutation argument.",
  code: 'NO_SUCH_FILE',
};

const invalidFile = (message: string): Problem => ({
  field: [],
  message,
  code: 'INVALID_STAGED_UPLOAD_FILE',
});
