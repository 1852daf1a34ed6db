/** One GraphQL request from its text to its answer: validated, priced, throttled, executed. */
import {
  type DocumentNode,
  type ExecutionResult,
  executeRootSelectionSet,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  validateExecutionArgs,
} from 'graphql';
import type { FieldFault } from '../faults.ts';
import type { Shop } from '../shop/shop.ts';
import type { Bucket } from './bucket.ts';
import type { Context } from './context.ts';
import { actualCost, requestedCost } from './cost.ts';
import { documentCache, type PreparedDocument, type PreparedOperation } from './documents.ts';
import { apiError } from './errors.ts';
import { resolveProperty } from './schema.ts';
import { type Variables, variableErrors } from './variables.ts';

export interface GraphqlRequest {
  readonly query: string;
  readonly variables: Variables;
  readonly operationName: string | null;
}

export interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly object[];
  readonly extensions?: object;
}

/** A request whose operation is known; faults look at it before it runs. */
export interface PlannedRequest {
  readonly document: Extract<PreparedDocument, { operations: unknown }>['document'];
  readonly operation: PreparedOperation;
  readonly variables: Variables;
}

export interface ExecutionOptions {
  readonly debugSearches: boolean;
  readonly fault: FieldFault | undefined;
}

export interface BulkStep {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  readonly fault: FieldFault | undefined;
}

export interface Executor {
  /** The operation meant, or the answer that says why there is none. */
  readonly plan: (request: GraphqlRequest) => PlannedRequest | GraphqlAnswer;
  readonly execute: (request: PlannedRequest, options: ExecutionOptions) => GraphqlAnswer;
  /** Executes a document known to be valid without asking for points: a step of a bulk operation. */
  readonly executeInBulk: (step: BulkStep) => GraphqlAnswer;
  /** The answer to a request that finds no points left. */
  readonly throttled: (request: PlannedRequest) => GraphqlAnswer;
}

const maximumCost = 1000;

export function createExecutor(schema: GraphQLSchema, shop: Shop, bucket: Bucket): Executor {
  const prepare = documentCache(schema);

  const throttled: Executor['throttled'] = ({ operation, variables }) => ({
    errors: [throttledError],
    extensions: {
      cost: {
        requestedQueryCost: requestedCost(operation.cost, variables),
        actualQueryCost: null,
        throttleStatus: bucket.status(),
      },
    },
  });

  return {
    plan: (request) => planRequest(prepare(request.query), request),
    throttled,
    execute: (request, options) => {
      const { document, operation, variables } = request;
      const context: Context = { shop, searches: [], ...options };
      const ready = validateExecutionArgs({
        schema,
        document,
        operationName: operation.name,
        variableValues: variables,
        contextValue: context,
        fieldResolver: resolveProperty,
      });
      if (!('schema' in ready))
        return failure(explainFailure(schema, operation.node, variables, ready));
      const requested = requestedCost(operation.cost, variables);
      if (requested > maximumCost) return failure([tooExpensive(requested)]);
      if (!bucket.take(requested)) return throttled(request);
      const result = synchronous(executeRootSelectionSet(ready));
      const actual = Math.min(requested, actualCost(operation.cost, result.data));
      bucket.giveBack(requested - actual);
      const cost = {
        requestedQueryCost: requested,
        actualQueryCost: actual,
        throttleStatus: bucket.status(),
      };
      const search = context.searches.length > 0 ? { search: context.searches } : {};
      return { ...answer(result), extensions: { cost, ...search } };
    },

    executeInBulk: ({ document, operation, variables, fault }) => {
      const contextValue: Context = { shop, searches: [], debugSearches: false, fault };
      const ready = validateExecutionArgs({
        schema,
        document,
        variableValues: variables,
        contextValue,
        fieldResolver: resolveProperty,
      });
      if (!('schema' in ready)) return failure(explainFailure(schema, operation, variables, ready));
      return answer(synchronous(executeRootSelectionSet(ready)));
    },
  };
}

function synchronous(result: ExecutionResult | Promise<ExecutionResult>): ExecutionResult {
  if (result instanceof Promise) throw new Error('A resolver of the store was asynchronous');
  return result;
}

function planRequest(
  prepared: PreparedDocument,
  { variables, operationName }: GraphqlRequest,
): PlannedRequest | GraphqlAnswer {
  if ('errors' in prepared) return failure(prepared.errors);
  const { document, operations } = prepared;
  const operation =
    operationName === null && operations.length === 1
      ? operations[0]
      : operations.find(({ name }) => name === operationName);
  if (operation) return { document, operation, variables };
  return failure([apiError(`No operation named "${operationName ?? ''}"`, 'BAD_REQUEST')]);
}

function explainFailure(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Variables,
  errors: readonly GraphQLError[],
): readonly GraphQLError[] {
  const explained = variableErrors(schema, operation, variables);
  return explained.length > 0 ? explained : errors;
}

function answer({ data, errors }: ExecutionResult): GraphqlAnswer {
  return errors ? { data, ...failure(errors) } : { data };
}

function failure(errors: readonly GraphQLError[]): GraphqlAnswer {
  // Anything but a GraphQLError is a fault of the store itself and must not pass for an answer.
  for (const { originalError } of errors)
    if (originalError && !(originalError instanceof GraphQLError)) throw originalError;
  return { errors: errors.map((error) => error.toJSON()) };
}

/** https://shopify.dev/docs/api/usage/limits: answered with HTTP 200. */
const throttledError = {
  message: 'Throttled',
  extensions: {
    code: 'THROTTLED',
    documentation: 'https://shopify.dev/api/usage/rate-limits',
  },
};

function tooExpensive(cost: number): GraphQLError {
  return apiError(
    `Query cost is ${cost}, which exceeds the single query max cost limit (${maximumCost}).`,
    'MAX_COST_EXCEEDED',
    {
      cost,
      maxCost: maximumCost,
      documentation: 'https://shopify.dev/api/usage/rate-limits',
    },
  );
}
