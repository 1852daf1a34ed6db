/** Documents, parsed and validated once and kept by their text. */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { type CostNode, costPlan } from './cost.ts';
import { validateDocument } from './rules.ts';

export interface PreparedOperation {
  readonly node: OperationDefinitionNode;
  readonly name: string | null;
  readonly cost: readonly CostNode[];
  /** The names of the fields at the root: `customerSet`, `customers`. */
  readonly rootFields: readonly string[];
}

export type PreparedDocument =
  | { readonly errors: readonly GraphQLError[] }
  | { readonly document: DocumentNode; readonly operations: readonly PreparedOperation[] };

const maximumKept = 1000;

/** A function that prepares documents and remembers them. */
export function documentCache(schema: GraphQLSchema): (text: string) => PreparedDocument {
  const kept = new Map<string, PreparedDocument>();
  return (text) => {
    const known = kept.get(text);
    if (known) return known;
    const prepared = prepare(schema, text);
    // Clients send few texts and many variables; whoever does otherwise starts over.
    if (kept.size >= maximumKept) kept.clear();
    kept.set(text, prepared);
    return prepared;
  };
}

function prepare(schema: GraphQLSchema, text: string): PreparedDocument {
  const document = parseDocument(text);
  if (document instanceof GraphQLError) return { errors: [document] };
  const errors = validateDocument(schema, document);
  if (errors.length > 0) return { errors };
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition) => [definition.name.value, definition]),
  );
  const operations = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((node) => ({
      node,
      name: node.name?.value ?? null,
      cost: costPlan(schema, node, fragments),
      rootFields: node.selectionSet.selections
        .filter((selection) => selection.kind === Kind.FIELD)
        .map((selection) => selection.name.value),
    }));
  return { document, operations };
}

/** The document, or the syntax error in Shopify’s words. */
export function parseDocument(text: string): DocumentNode | GraphQLError {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return syntaxError(error);
  }
}

function syntaxError(error: GraphQLError): GraphQLError {
  const at = error.locations?.[0];
  const found = error.message.includes('<EOF>') ? 'end of file' : 'token';
  const message = `syntax error, unexpected ${found} at [${at?.line ?? 1}, ${at?.column ?? 1}]`;
  return new GraphQLError(message, {
    source: error.source,
    positions: error.positions,
    extensions: { code: 'PARSE_ERROR' },
  });
}
