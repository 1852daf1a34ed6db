/** The connections a document selects, with what the rules of bulk operations ask of them. */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

export interface SelectedConnection {
  /** `customers`, not its alias. */
  readonly name: string;
  /** How many connections it is in, itself included. */
  readonly depth: number;
  readonly selectsNodes: boolean;
  readonly insideList: boolean;
  /** The connection it is nested in, when that one's nodes do not select `id` as `id`. */
  readonly parentWithoutId: string | null;
}

export interface DocumentParts {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

interface TypedField {
  readonly field: FieldNode;
  readonly type: GraphQLOutputType;
}

interface Place {
  readonly depth: number;
  readonly insideList: boolean;
  readonly parent: { readonly name: string; readonly hasId: boolean } | null;
}

/** Every connection of the operation, outer ones first. */
export function selectedConnections(
  parts: DocumentParts,
  operation: OperationDefinitionNode,
): readonly SelectedConnection[] {
  const root = parts.schema.getRootType(operation.operation);
  if (!root) return [];
  return inside(parts, root, operation.selectionSet, { depth: 0, insideList: false, parent: null });
}

/** Whether a type is a connection: by its name, as in all of Shopify's schema. */
export function isConnectionType(type: GraphQLOutputType): boolean {
  return getNamedType(type).name.endsWith('Connection');
}

function inside(
  parts: DocumentParts,
  type: GraphQLCompositeType,
  selections: SelectionSetNode | undefined,
  place: Place,
): SelectedConnection[] {
  return selectedFields(parts, type, selections).flatMap((selected) => {
    const named = getNamedType(selected.type);
    if (!isCompositeType(named)) return [];
    if (isConnectionType(selected.type)) return connectionAt(parts, selected.field, named, place);
    const insideList = place.insideList || isList(selected.type);
    return inside(parts, named, selected.field.selectionSet, { ...place, insideList });
  });
}

function connectionAt(
  parts: DocumentParts,
  field: FieldNode,
  type: GraphQLCompositeType,
  place: Place,
): SelectedConnection[] {
  const name = field.name.value;
  const depth = place.depth + 1;
  const chosen = selectedFields(parts, type, field.selectionSet);
  const items = chosen.flatMap((selected): TypedField[] => {
    if (selected.field.name.value === 'nodes') return [selected];
    if (selected.field.name.value !== 'edges') return [];
    const edge = getNamedType(selected.type);
    return isCompositeType(edge) ? selectedFields(parts, edge, selected.field.selectionSet) : [];
  });
  const own: SelectedConnection = {
    name,
    depth,
    selectsNodes: chosen.some((selected) => selected.field.name.value === 'nodes'),
    insideList: place.insideList,
    parentWithoutId: place.parent && !place.parent.hasId ? place.parent.name : null,
  };
  return [own, ...items.flatMap((item) => nodesAt(parts, item, { name, depth }))];
}

function nodesAt(
  parts: DocumentParts,
  { field, type }: TypedField,
  connection: { readonly name: string; readonly depth: number },
): SelectedConnection[] {
  const node = getNamedType(type);
  if (!isCompositeType(node)) return [];
  const hasId = selectedFields(parts, node, field.selectionSet).some(
    (selected) => selected.field.name.value === 'id' && selected.field.alias === undefined,
  );
  const { name, depth } = connection;
  const place = { depth, insideList: false, parent: { name, hasId } };
  return inside(parts, node, field.selectionSet, place);
}

/** The fields selected of a type, fragments opened. */
function selectedFields(
  parts: DocumentParts,
  parent: GraphQLCompositeType,
  selections: SelectionSetNode | undefined,
): TypedField[] {
  return (selections?.selections ?? []).flatMap((selection): TypedField[] => {
    if (selection.kind === Kind.FIELD) {
      const known = isObjectType(parent) || isInterfaceType(parent);
      const type = known ? parent.getFields()[selection.name.value]?.type : undefined;
      return type ? [{ field: selection, type }] : [];
    }
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection
        : parts.fragments.get(selection.name.value);
    const name = fragment?.typeCondition?.name.value;
    const type = name === undefined ? parent : parts.schema.getType(name);
    return isCompositeType(type) ? selectedFields(parts, type, fragment?.selectionSet) : [];
  });
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}
