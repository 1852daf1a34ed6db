/**
 * What a request costs. The model is fitted to measured answers of Shopify, which documents the
 * idea (https://shopify.dev/docs/api/usage/limits) but not the numbers: a scalar 0, an object 1, a
 * mutation 10 with its payload and the objects directly in it, a count 10, and a connection
 * `2 + k · (1 + what a node costs)`, where k is n up to two nodes and ⌊2 ln n⌋ beyond.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Variables } from './variables.ts';

/** The costly part of a document: its objects and connections, by response key. */
export interface CostNode {
  readonly kind: 'object' | 'connection' | 'mutation' | 'count' | 'payload-object';
  readonly key: string;
  /** How many nodes a connection is asked for. */
  readonly size: (variables: Variables) => number;
  readonly children: readonly CostNode[];
  /** Where a connection's nodes are in the answer: `nodes`, or `edges` and then `node`. */
  readonly items: readonly (readonly string[])[];
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

interface Scope {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
}

/** The cost tree of an operation, made once for each document. */
export function costPlan(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): readonly CostNode[] {
  const root = schema.getRootType(operation.operation);
  if (!root) return [];
  const nodes = childNodes({ schema, fragments }, root, operation.selectionSet);
  if (operation.operation !== 'mutation') return nodes;
  return nodes.map((node) => ({
    ...node,
    kind: 'mutation',
    children: node.children.map((child) =>
      child.kind === 'object' ? { ...child, kind: 'payload-object' } : child,
    ),
  }));
}

/** What the request may cost at most. */
export function requestedCost(plan: readonly CostNode[], variables: Variables): number {
  return sum(plan, (node) => requested(node, variables));
}

function requested(node: CostNode, variables: Variables): number {
  if (node.kind === 'count') return 10;
  const inside = sum(node.children, (child) => requested(child, variables));
  if (node.kind !== 'connection') return own[node.kind] + inside;
  return 2 + factor(node.size(variables)) * (1 + inside);
}

/** What the answer did cost: connections by the nodes they had, nothing below a null. */
export function actualCost(plan: readonly CostNode[], data: unknown): number {
  return sum(plan, (node) => actual(node, property(data, node.key)));
}

function actual(node: CostNode, value: unknown): number {
  // Left out: a fragment on another type.
  if (value === undefined) return 0;
  if (node.kind === 'count') return 10;
  if (node.kind === 'connection') return actualConnection(node, value);
  const object = Array.isArray(value) ? value[0] : value;
  return own[node.kind] + (object ? actualCost(node.children, object) : 0);
}

function actualConnection(node: CostNode, value: unknown): number {
  const items = connectionItems(node, value);
  if (items.length === 0) return 2;
  const inside = sum(items, (item) => actualCost(node.children, item)) / items.length;
  return Math.floor(2 + factor(items.length) * (1 + inside));
}

const own = { object: 1, mutation: 10, 'payload-object': 0 } as const;

function factor(nodes: number): number {
  return nodes <= 2 ? nodes : Math.floor(2 * Math.log(nodes));
}

function connectionItems(node: CostNode, value: unknown): readonly unknown[] {
  for (const [listKey, itemKey] of node.items) {
    const list = listKey === undefined ? undefined : property(value, listKey);
    if (Array.isArray(list))
      return itemKey === undefined ? list : list.map((edge) => property(edge, itemKey));
  }
  return [];
}

function property(value: unknown, key: string): unknown {
  return value && typeof value === 'object' ? Reflect.get(value, key) : undefined;
}

function childNodes(
  scope: Scope,
  parent: GraphQLCompositeType,
  selections: SelectionSetNode | undefined,
): CostNode[] {
  const nodes = new Map<string, CostNode>();
  for (const { field, type } of flatten(scope, parent, selections))
    for (const node of fieldNodes(scope, type, field)) nodes.set(node.key, node);
  return [...nodes.values()];
}

interface TypedField {
  readonly field: FieldNode;
  readonly type: GraphQLCompositeType;
}

/** The fields that return objects, fragments opened. */
function flatten(
  scope: Scope,
  parent: GraphQLCompositeType,
  selections: SelectionSetNode | undefined,
): TypedField[] {
  return (selections?.selections ?? []).flatMap((selection): TypedField[] => {
    if (selection.kind === 'Field') return typedField(parent, selection);
    const fragment =
      selection.kind === 'InlineFragment' ? selection : scope.fragments.get(selection.name.value);
    const name = fragment?.typeCondition?.name.value;
    const type = name === undefined ? parent : scope.schema.getType(name);
    return isCompositeType(type) ? flatten(scope, type, fragment?.selectionSet) : [];
  });
}

function typedField(parent: GraphQLCompositeType, field: FieldNode): TypedField[] {
  if (!isObjectType(parent) && !isInterfaceType(parent)) return [];
  const declared = parent.getFields()[field.name.value];
  const type = declared && getNamedType(declared.type);
  return isCompositeType(type) && !isFree(type) ? [{ field, type }] : [];
}

/** Page info, money and user errors cost nothing, whatever is read of them. */
function isFree(type: GraphQLCompositeType): boolean {
  if (['PageInfo', 'MoneyV2', 'MoneyBag'].includes(type.name)) return true;
  return (
    type.name === 'DisplayableError' ||
    (isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'DisplayableError'))
  );
}

function fieldNodes(scope: Scope, type: GraphQLCompositeType, field: FieldNode): CostNode[] {
  const key = responseKey(field);
  const children = childNodes(scope, type, field.selectionSet);
  if (type.name === 'Count') return [{ kind: 'count', key, size: none, children: [], items: [] }];
  if (!type.name.endsWith('Connection'))
    return [{ kind: 'object', key, size: none, children, items: [] }];
  return [connectionNode(scope, type, field)];
}

function connectionNode(scope: Scope, type: GraphQLCompositeType, field: FieldNode): CostNode {
  const children = new Map<string, CostNode>();
  const items: string[][] = [];
  const collect = (parent: TypedField, path: readonly string[]): void => {
    for (const inner of flatten(scope, parent.type, parent.field.selectionSet)) {
      const place = [...path, responseKey(inner.field)];
      if (inner.field.name.value === 'edges') collect(inner, place);
      else {
        items.push(place);
        for (const child of childNodes(scope, inner.type, inner.field.selectionSet))
          children.set(child.key, child);
      }
    }
  };
  collect({ field, type }, []);
  const key = responseKey(field);
  return { kind: 'connection', key, size: sizeOf(field), children: [...children.values()], items };
}

const none = (): number => 0;

function sizeOf(field: FieldNode): CostNode['size'] {
  const argument = field.arguments?.find(({ name }) => /^(first|last)$/.test(name.value));
  if (argument?.value.kind === 'IntValue') {
    const size = Number(argument.value.value);
    return () => size;
  }
  if (argument?.value.kind !== 'Variable') return none;
  const name = argument.value.name.value;
  return (variables) => Number(variables[name] ?? 0);
}

const responseKey = (field: FieldNode): string => field.alias?.value ?? field.name.value;

function sum<T>(list: readonly T[], value: (item: T) => number): number {
  let total = 0;
  for (const item of list) total += value(item);
  return total;
}
