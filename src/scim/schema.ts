/** Schemas and attributes as RFC 7643 §7 describes them, and how an attribute is found by its name. */

/** RFC 7643 §2.3. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'binary'
  | 'reference'
  | 'complex';

export type Mutability = 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
export type Returned = 'always' | 'never' | 'default' | 'request';
export type Uniqueness = 'none' | 'server' | 'global';

/** One attribute with all its characteristics (RFC 7643 §2.2, §7). */
export interface Attribute {
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  /** Suggestions: other values are accepted too (RFC 7643 §7). */
  readonly canonicalValues?: readonly string[];
  readonly caseExact: boolean;
  readonly mutability: Mutability;
  readonly returned: Returned;
  readonly uniqueness: Uniqueness;
  readonly referenceTypes?: readonly string[];
  /** Empty unless the type is complex. */
  readonly subAttributes: AttributeSet;
  /** Ours, not published: the longest string that is accepted, in UTF-16 units. */
  readonly maxLength: number;
  /** Ours, not published: the most values that are accepted. */
  readonly maxValues: number;
  /** Ours, not published: no schema defines it, and it is kept as it was sent. */
  readonly kept?: true;
}

/** Attributes in their order, found by name in any case. */
export interface AttributeSet {
  readonly list: readonly Attribute[];
  /** Holds each name as it is defined and in lower case: see {@link findAttribute}. */
  readonly byName: ReadonlyMap<string, Attribute>;
  /** Those that a resource must have. */
  readonly required: readonly Attribute[];
  /** Those with required sub-attributes. */
  readonly nested: readonly Attribute[];
  /** Those that a client cannot change, or not in all their sub-attributes. */
  readonly fixed: readonly Attribute[];
  /** Those that are not returned unless asked for, or never. */
  readonly hidden: readonly Attribute[];
}

export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: AttributeSet;
}

/** Indexes a list of attributes by name and by what has to be looked at again and again. */
export function attributeSet(list: readonly Attribute[]): AttributeSet {
  const byName = new Map<string, Attribute>();
  for (const attribute of list) {
    byName.set(attribute.name.toLowerCase(), attribute);
    byName.set(attribute.name, attribute);
  }
  return {
    list,
    byName,
    required: list.filter(({ required }) => required),
    nested: list.filter(({ subAttributes }) => subAttributes.required.length > 0),
    fixed: list.filter(
      ({ mutability, multiValued, subAttributes }) =>
        mutability === 'readOnly' ||
        mutability === 'immutable' ||
        (!multiValued && subAttributes.fixed.length > 0),
    ),
    hidden: list.filter(({ returned }) => returned === 'request' || returned === 'never'),
  };
}

/** Finds an attribute by name in any case (RFC 7643 §2.1). */
export function findAttribute(set: AttributeSet, name: string): Attribute | undefined {
  return set.byName.get(name) ?? set.byName.get(name.toLowerCase());
}

type Characteristics = Partial<Omit<Attribute, 'name' | 'description' | 'subAttributes'>>;

/** The attributes of what has none. */
export const NO_ATTRIBUTES = attributeSet([]);

/** Long enough for a photo in a data URI; the body limit of the server is the real bound. */
const MAX_LENGTH = 1_000_000;
const MAX_VALUES = 10_000;

/** The longest value of an attribute that has a database index: fits a B-tree page in UTF-8. */
export const INDEXED_LENGTH = 512;

/** Binary values and references are case exact by their type (RFC 7643 §2.3.6, §2.3.7). */
const CASE_EXACT_TYPES: ReadonlySet<AttributeType> = new Set(['binary', 'reference']);

/** Defines a simple attribute; what is not given is the default of RFC 7643 §2.2. */
export function simple(
  name: string,
  description: string,
  characteristics: Characteristics = {},
): Attribute {
  const type = characteristics.type ?? 'string';
  return {
    name,
    type,
    multiValued: false,
    description,
    required: false,
    caseExact: CASE_EXACT_TYPES.has(type),
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    maxLength: MAX_LENGTH,
    maxValues: MAX_VALUES,
    ...characteristics,
    subAttributes: NO_ATTRIBUTES,
  };
}

/** Defines a complex attribute of the given sub-attributes. */
export function complex(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  characteristics: Characteristics = {},
): Attribute {
  return {
    ...simple(name, description, { ...characteristics, type: 'complex' }),
    subAttributes: attributeSet(subAttributes),
  };
}

/** The sub-attribute that a complex attribute stands for: its `value` (RFC 7643 §2.4). */
export function significant(attribute: Attribute): Attribute | undefined {
  return attribute.subAttributes.byName.get('value');
}
