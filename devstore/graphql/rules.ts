/**
 * Validation with Shopify's words. The mistakes one makes are told in the messages and codes of
 * Shopify's server; the rest of the GraphQL specification's rules keep graphql-js's sentences.
 */
import {
  type ASTNode,
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isLeafType,
  isRequiredArgument,
  Kind,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
  validate,
} from 'graphql';

type Ancestors = ReadonlyArray<ASTNode | ReadonlyArray<ASTNode>>;

const replacedRules = new Set([
  'FieldsOnCorrectTypeRule',
  'ScalarLeafsRule',
  'KnownArgumentNamesRule',
  'ProvidedRequiredArgumentsRule',
]);

/** What is wrong with a document; nothing when it may run. */
export function validateDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
): readonly GraphQLError[] {
  const rules = [
    ...specifiedRules.filter(({ name }) => !replacedRules.has(name)),
    fieldRule,
    oneOfRule,
  ];
  // oneOfRule has said it already, in Shopify's words.
  const repeated = /^Within OneOf Input Object/;
  return validate(schema, document, rules)
    .filter(({ message }) => !repeated.test(message))
    .map(withCode);
}

function withCode(error: GraphQLError): GraphQLError {
  if (error.extensions.code !== undefined) return error;
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
}

/** Fields exist, have the arguments they need and no others, and selections where they must. */
const fieldRule: ValidationRule = (context): ASTVisitor => ({
  Field(node, _key, _parent, _path, ancestors) {
    const report = reporter(context, node, ancestors);
    const parent = context.getParentType();
    const field = context.getFieldDef();
    if (!parent) return;
    if (!field) return report(...undefinedField(node.name.value, parent.name));
    const given = new Set((node.arguments ?? []).map(({ name }) => name.value));
    const missing = field.args
      .filter((argument) => isRequiredArgument(argument) && !given.has(argument.name))
      .map(({ name }) => name);
    if (missing.length > 0) report(...missingArguments(node.name.value, missing));
    for (const name of given)
      if (!field.args.some((argument) => argument.name === name))
        report(...unknownArgument(node.name.value, name));
    const type = getNamedType(field.type);
    const selects = node.selectionSet !== undefined;
    if (isLeafType(type) === selects) report(...selectionMismatch(node, type.name, selects));
  },
});

/** `@oneOf` literals name exactly one key, and not null. */
const oneOfRule: ValidationRule = (context): ASTVisitor => ({
  ObjectValue(node, _key, _parent, _path, ancestors) {
    const type = getNamedType(context.getInputType());
    if (!isInputObjectType(type) || !type.isOneOf) return;
    const keys = node.fields.map(({ name, value }) => ({
      name: name.value,
      isNull: value.kind === Kind.NULL,
    }));
    const complaint = oneOfComplaint(type.name, keys);
    if (complaint === undefined) return;
    const extensions = { code: 'invalidOneOfInputObject', inputObjectType: type.name };
    reporter(context, node, ancestors)(complaint, extensions);
  },
});

/** Shopify's sentence for a `@oneOf` input that has not exactly one key with a value. */
export function oneOfComplaint(
  typeName: string,
  keys: readonly { readonly name: string; readonly isNull: boolean }[],
): string | undefined {
  const [only, ...others] = keys;
  const required = `'${typeName}' requires exactly one argument, but`;
  if (!only || others.length > 0) return `${required} ${keys.length} were provided.`;
  return only.isNull ? `${required} '${only.name}' was \`null\`.` : undefined;
}

type Complaint = [message: string, extensions: Readonly<Record<string, unknown>>];

const undefinedField = (fieldName: string, typeName: string): Complaint => [
  `Field '${fieldName}' doesn't exist on type '${typeName}'`,
  { code: 'undefinedField', typeName, fieldName },
];

const missingArguments = (name: string, missing: readonly string[]): Complaint => [
  `Field '${name}' is missing required arguments: ${missing.join(', ')}`,
  { code: 'missingRequiredArguments', className: 'Field', name, arguments: missing.join(', ') },
];

const unknownArgument = (name: string, argumentName: string): Complaint => [
  `Field '${name}' doesn't accept argument '${argumentName}'`,
  { code: 'argumentNotAccepted', name, typeName: 'Field', argumentName },
];

function selectionMismatch(node: FieldNode, typeName: string, selects: boolean): Complaint {
  const name = node.name.value;
  const extensions = { code: 'selectionMismatch', nodeName: `field '${name}'`, typeName };
  if (selects) {
    const message = `Selections can't be made on scalars (field '${name}' returns ${typeName} but has selections)`;
    return [message, extensions];
  }
  const message = `Field must have selections (field '${name}' returns ${typeName} but has no selections. Did you mean '${name} { ... }'?)`;
  return [message, extensions];
}

function reporter(context: ValidationContext, node: ASTNode, ancestors: Ancestors) {
  return (message: string, extensions: Complaint[1]): void => {
    const path = [...ancestors, node].flatMap((ancestor) => pathPart(ancestor) ?? []);
    context.reportError(new GraphQLError(message, { nodes: node, extensions, path }));
  };
}

function pathPart(node: ASTNode | ReadonlyArray<ASTNode>): string | undefined {
  if (!('kind' in node)) return undefined;
  if (node.kind === 'Field') return node.alias?.value ?? node.name.value;
  if (node.kind === 'OperationDefinition')
    return [node.operation, node.name?.value].filter(Boolean).join(' ');
  if (node.kind === 'FragmentDefinition') return `fragment ${node.name.value}`;
  if (node.kind === 'InlineFragment') return `... on ${node.typeCondition?.name.value ?? ''}`;
  return undefined;
}
