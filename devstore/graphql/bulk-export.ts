/**
 * How a query is exported: each connection at its root page by page, its nodes a line each, the
 * nodes of nested connections lines of their own that name their parent.
 * https://shopify.dev/docs/api/usage/bulk-operations/queries#the-jsonl-data-format
 */
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { onlyOperation } from './bulk-rules.ts';
import { parseDocument } from './documents.ts';
import { notImplemented } from './errors.ts';
import { isConnectionType } from './selected-connections.ts';

/** One connection at the root, as a document that answers a page of it. */
export interface ExportPart {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Under which key the answer has the connection. */
  readonly key: string;
}

/** What a page came to. */
export interface ExportedPage {
  readonly lines: readonly string[];
  readonly rootObjects: number;
  /** The cursor of the next page; null after the last one. */
  readonly next: string | null;
}

const pageSize = 50;
const maximumNested = 250;

/** Marks a connection in an answer, so that the page can be taken apart without the schema. */
const mark = '__connection';
const pageKey = '__page';

/** The parts of a query that `bulkQueryProblems` has nothing against. */
export function exportParts(schema: GraphQLSchema, text: string): readonly ExportPart[] {
  const document = parseDocument(text);
  const operation = document instanceof GraphQLError ? undefined : onlyOperation(document);
  if (document instanceof GraphQLError || !operation)
    throw new Error('A query that cannot be read was to be exported');
  const paged = withPages(schema, document);
  return (onlyOperation(paged)?.selectionSet.selections ?? []).map((root) => {
    if (root.kind !== Kind.FIELD || !exported.includes(root.name.value))
      throw notImplemented(`bulkOperationRunQuery of ${nameOf(root)}`);
    return partOf(paged, root);
  });
}

/** The connections at the root that can be exported. */
const exported = ['customers', 'orders', 'products'];

function nameOf(root: SelectionNode): string {
  return root.kind === Kind.FIELD ? root.name.value : 'a fragment at the root';
}

function partOf(document: DocumentNode, root: FieldNode): ExportPart {
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: skeleton.operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [root] },
    ...(skeleton.variableDefinitions ? { variableDefinitions: skeleton.variableDefinitions } : {}),
  };
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return {
    document: { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] },
    operation,
    key: root.alias?.value ?? root.name.value,
  };
}

/** What every part is made of, parsed rather than put together by hand. */
const skeleton = operationOf(`query ($after: String) {
  root(first: ${pageSize}, after: $after) { ${mark}: __typename ${pageKey}: pageInfo { hasNextPage endCursor } }
  nested(first: ${maximumNested}) { ${mark}: __typename ${pageKey}: pageInfo { hasNextPage endCursor } }
}`);

function operationOf(text: string): OperationDefinitionNode {
  const operation = onlyOperation(parse(text));
  if (!operation) throw new Error('The skeleton of an export is no operation');
  return operation;
}

function skeletonField(name: 'root' | 'nested'): FieldNode {
  const field = skeleton.selectionSet.selections.find(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === name,
  );
  if (field?.kind !== Kind.FIELD) throw new Error(`The skeleton of an export has no ${name}`);
  return field;
}

/** The document with every connection asking for pages of the store's own size. */
function withPages(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const types = new TypeInfo(schema);
  const query = schema.getQueryType();
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        leave: (field) => {
          const type = types.getType();
          if (!type || !field.selectionSet || !isConnectionType(type)) return undefined;
          return paged(field, types.getParentType() === query ? 'root' : 'nested');
        },
      },
    }),
  );
}

const ownArguments = ['first', 'last', 'after', 'before'];

function paged(field: FieldNode, place: 'root' | 'nested'): FieldNode {
  const own = skeletonField(place);
  const kept = (field.arguments ?? []).filter(
    (argument: ArgumentNode) => !ownArguments.includes(argument.name.value),
  );
  return {
    ...field,
    arguments: [...kept, ...(own.arguments ?? [])],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [
        ...(field.selectionSet?.selections ?? []),
        ...(own.selectionSet?.selections ?? []),
      ],
    },
  };
}

/** Takes the answer of a part apart. */
export function exportedPage(data: unknown, key: string): ExportedPage {
  const connection = property(data, key);
  const page = property(connection, pageKey);
  const nodes = nodesOf(connection);
  const more = property(page, 'hasNextPage') === true;
  return {
    lines: nodes.flatMap((node) => nodeLines(node, null)),
    rootObjects: nodes.length,
    next: more ? String(property(page, 'endCursor')) : null,
  };
}

function nodeLines(node: unknown, parentId: string | null): string[] {
  const nested: object[] = [];
  const own = withoutConnections(node, nested);
  const line = JSON.stringify(parentId === null ? own : { ...asObject(own), __parentId: parentId });
  const id = String(property(own, 'id'));
  return [line, ...nested.flatMap((connection) => nestedLines(connection, id))];
}

function nestedLines(connection: object, parentId: string): string[] {
  if (property(property(connection, pageKey), 'hasNextPage') === true)
    throw new Error(`The store exports no more than ${maximumNested} nodes of a nested connection`);
  return nodesOf(connection).flatMap((node) => nodeLines(node, parentId));
}

/** The value without the connections in it, which are gathered instead. */
function withoutConnections(value: unknown, gathered: object[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutConnections(item, gathered));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).flatMap(([key, part]: [string, unknown]) => {
    if (typeof part !== 'object' || part === null || property(part, mark) === undefined)
      return [[key, withoutConnections(part, gathered)] as const];
    gathered.push(part);
    return [];
  });
  return Object.fromEntries(kept);
}

function nodesOf(connection: unknown): readonly unknown[] {
  const edges = property(connection, 'edges');
  return Array.isArray(edges) ? edges.map((edge) => property(edge, 'node')) : [];
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
