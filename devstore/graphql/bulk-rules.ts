/**
 * What Shopify says of a document that may not be run in bulk.
 * https://shopify.dev/docs/api/usage/bulk-operations/queries and …/imports
 */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Problem } from '../shop/problem.ts';
import { parseDocument } from './documents.ts';
import { validateDocument } from './rules.ts';
import { type SelectedConnection, selectedConnections } from './selected-connections.ts';

const maximumBytes = 65_535;

/** What speaks against a mutation; nothing when it may be run for each line of a file. */
export function bulkMutationProblems(schema: GraphQLSchema, text: string): readonly Problem[] {
  const document = parseDocument(text);
  if (document instanceof GraphQLError) return [unparsable(document.message)];
  const operation = onlyOperation(document);
  if (operation?.operation !== 'mutation')
    return [invalidMutation('Invalid operation type. Only `mutation` operations are supported.')];
  const [root, ...others] = operation.selectionSet.selections;
  if (root?.kind !== Kind.FIELD || others.length > 0)
    return [aboutMutation('You must specify a single top level mutation.')];
  if (root.name.value.startsWith('bulkOperation'))
    return [aboutMutation('You must use an allowed mutation name.')];
  const [invalid] = validateDocument(schema, document);
  if (invalid) return [unparsable(invalid.message)];
  if (connectionsOf(schema, document, operation).length > 1)
    return [aboutMutation('Bulk mutations cannot contain more than 1 connection.')];
  const size = Buffer.byteLength(text);
  if (size <= maximumBytes) return [];
  const message = `is too large (${size} bytes; maximum is ${maximumBytes} bytes)`;
  return [{ field: ['query'], message, code: 'INVALID_MUTATION' }];
}

/** What speaks against a query; nothing when it may be exported. */
export function bulkQueryProblems(schema: GraphQLSchema, text: string): readonly Problem[] {
  const document = parseDocument(text);
  if (document instanceof GraphQLError)
    return [invalidQuery(`Invalid bulk query: ${document.message}`)];
  const operation = onlyOperation(document);
  if (operation?.operation !== 'query')
    return [invalidQuery('Invalid operation type. Only `query` operations are supported.')];
  const [invalid] = validateDocument(schema, document);
  if (invalid) return [invalidQuery(`Invalid bulk query: ${invalid.message}`)];
  const connections = connectionsOf(schema, document, operation);
  const problems = [...nodeProblems(operation), ...connectionProblems(connections)];
  if (connections.length === 0)
    problems.push(invalidQuery('Bulk queries must contain at least one connection.'));
  if (problems.length > 0) return problems;
  const size = Buffer.byteLength(text);
  if (size <= maximumBytes) return [];
  return [invalidQuery(`Query is too large (${size} bytes; maximum is ${maximumBytes} bytes)`)];
}

/** The operation of a document that has one and no other. */
export function onlyOperation(document: DocumentNode): OperationDefinitionNode | undefined {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const [only, ...others] = operations;
  return only?.kind === Kind.OPERATION_DEFINITION && others.length === 0 ? only : undefined;
}

function connectionsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly SelectedConnection[] {
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition) => [definition.name.value, definition]),
  );
  return selectedConnections({ schema, fragments }, operation);
}

function nodeProblems({ selectionSet }: OperationDefinitionNode): Problem[] {
  const names = selectionSet.selections.map((root) =>
    root.kind === Kind.FIELD ? root.name.value : '',
  );
  return ['node', 'nodes']
    .filter((name) => names.includes(name))
    .map((name) => invalidQuery(`Bulk queries cannot contain a top level \`${name}\` field.`));
}

function connectionProblems(connections: readonly SelectedConnection[]): Problem[] {
  const names = (list: readonly (string | null)[]): string[] => [
    ...new Set(list.filter((name) => name !== null)),
  ];
  const viaNodes = names(connections.map((one) => (one.selectsNodes ? one.name : null)));
  const withoutId = names(connections.map((one) => one.parentWithoutId));
  return [
    ...(viaNodes.length > 0 ? [invalidQuery(selectEdges(viaNodes))] : []),
    ...(connections.some(({ depth }) => depth > 2) ? [invalidQuery(tooDeep)] : []),
    ...(connections.length > 5
      ? [invalidQuery('Bulk queries cannot contain more than 5 connections.')]
      : []),
    ...(withoutId.length > 0 ? [invalidQuery(selectId(withoutId))] : []),
    ...(connections.some(({ insideList }) => insideList) ? [invalidQuery(withinList)] : []),
  ];
}

const tooDeep = 'Bulk queries cannot contain connections with a nesting depth greater than 2.';

const withinList =
  'Queries that contain a connection field within a list field are not currently supported.';

function selectEdges(names: readonly string[]): string {
  const fields = names.map((name) => `'${name}'`).join(', ');
  return `All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: '${names[0]} { edges { node {'. Selecting via 'nodes' is not supported. Invalid connection fields: ${fields}.`;
}

function selectId(names: readonly string[]): string {
  return `The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' return type. Connection fields without 'id': ${names.join(', ')}.`;
}

const unparsable = (message: string): Problem =>
  invalidMutation(`Failed to parse the mutation - ${message}`);

const invalidMutation = (message: string): Problem => ({
  field: [],
  message,
  code: 'INVALID_MUTATION',
});

const aboutMutation = (message: string): Problem => ({ field: ['mutation'], message, code: null });

const invalidQuery = (message: string): Problem => ({
  field: ['query'],
  message,
  code: 'INVALID',
});
