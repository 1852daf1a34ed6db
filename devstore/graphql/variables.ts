/** Variables that do not fit their types, told in the form of Shopify's server. */
import {
  type GraphQLEnumType,
  GraphQLError,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isScalarType,
  type OperationDefinitionNode,
  print,
  type TypeNode,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import { oneOfComplaint } from './rules.ts';

export type Variables = Readonly<Record<string, unknown>>;

interface VariableProblem {
  readonly path: readonly (string | number)[];
  readonly explanation: string;
}

/** One error for each variable of the operation that has a wrong value. */
export function variableErrors(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Variables,
): GraphQLError[] {
  return (operation.variableDefinitions ?? []).flatMap((definition) => {
    const name = definition.variable.name.value;
    if (variables[name] === undefined && definition.defaultValue) return [];
    const type = inputType(schema, definition.type);
    const problems = type ? explain(type, variables[name], []) : [];
    return problems.length > 0 ? [variableError(definition, variables[name], problems)] : [];
  });
}

function inputType(schema: GraphQLSchema, node: TypeNode): GraphQLInputType | undefined {
  const type = typeFromAST(schema, node);
  return isInputType(type) ? type : undefined;
}

function variableError(
  definition: VariableDefinitionNode,
  value: unknown,
  problems: readonly VariableProblem[],
): GraphQLError {
  const where = problems
    .filter(({ path }) => path.length > 0)
    .map(({ path, explanation }) => `${path.join('.')} (${explanation})`)
    .join(', ');
  const variable = `$${definition.variable.name.value} of type ${print(definition.type)}`;
  const message = `Variable ${variable} was provided invalid value${where && ` for ${where}`}`;
  return new GraphQLError(message, {
    nodes: definition,
    extensions: { code: 'INVALID_VARIABLE', value: value ?? null, problems },
  });
}

function explain(
  type: GraphQLInputType,
  value: unknown,
  path: VariableProblem['path'],
): VariableProblem[] {
  if (isNonNullType(type))
    return value === undefined || value === null
      ? [{ path, explanation: 'Expected value to not be null' }]
      : explain(type.ofType, value, path);
  if (value === undefined || value === null) return [];
  if (isListType(type))
    return Array.isArray(value)
      ? value.flatMap((item, index) => explain(type.ofType, item, [...path, index]))
      : explain(type.ofType, value, path);
  if (isInputObjectType(type)) return explainObject(type, value, path);
  if (isEnumType(type) || isScalarType(type)) return explainLeaf(type, value, path);
  return [];
}

function explainObject(
  type: GraphQLInputObjectType,
  value: unknown,
  path: VariableProblem['path'],
): VariableProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [{ path, explanation: `Expected ${JSON.stringify(value)} to be a key-value object` }];
  const fields = type.getFields();
  const given = new Map<string, unknown>(Object.entries(value));
  const unknown = [...given.keys()]
    .filter((key) => !fields[key])
    .map((key) => ({
      path: [...path, key],
      explanation: `Field is not defined on ${type.name}`,
    }));
  const known = Object.values(fields)
    .filter(({ name, default: standard }) => given.has(name) || standard === undefined)
    .flatMap((field) => explain(field.type, given.get(field.name), [...path, field.name]));
  const keys = [...given].map(([name, part]) => ({ name, isNull: part === null }));
  const explanation = type.isOneOf ? oneOfComplaint(type.name, keys) : undefined;
  const oneOf = explanation === undefined ? [] : [{ path, explanation }];
  return [...unknown, ...known, ...oneOf];
}

function explainLeaf(
  type: GraphQLEnumType | GraphQLScalarType,
  value: unknown,
  path: VariableProblem['path'],
): VariableProblem[] {
  if (isEnumType(type)) {
    const names = type.getValues().map(({ name }) => name);
    if (typeof value === 'string' && names.includes(value)) return [];
    const explanation = `Expected ${JSON.stringify(value)} to be one of: ${names.join(', ')}`;
    return [{ path, explanation }];
  }
  try {
    type.coerceInputValue(value);
    return [];
  } catch (error) {
    const reason = error instanceof GraphQLError ? error.message : '';
    const standard = `Could not coerce value ${JSON.stringify(value)} to ${type.name}`;
    return [{ path, explanation: reason.startsWith('invalid ') ? reason : standard }];
  }
}
