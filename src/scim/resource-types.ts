/** The resource types of this server (RFC 7643 §6), with their attributes indexed once. */
import type { JsonObject, ResourceKind } from '../model.ts';
import { enterpriseUserSchema } from './enterprise-user.ts';
import { groupSchema } from './group.ts';
import { provisioningSchema } from './provisioning-extension.ts';
import {
  type AttributeSet,
  attributeSet,
  complex,
  INDEXED_LENGTH,
  type Schema,
  simple,
} from './schema.ts';
import { readSchemaDefinition } from './schema-definition.ts';
import { userSchema } from './user.ts';

export interface SchemaExtension {
  readonly schema: Schema;
  readonly required: boolean;
}

/** A kind of resource: where it is found and which schemas it has. */
export interface ResourceType {
  readonly name: ResourceKind;
  readonly endpoint: string;
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly SchemaExtension[];
  /** The common attributes and those of the base schema: what stands at the top of a resource. */
  readonly attributes: AttributeSet;
  /** What becomes of attributes that no schema defines. */
  readonly unknownAttributes: UnknownAttributes;
  /** Whether the rules of the interoperability profile hold that go against RFC 7644. */
  readonly strictInterop: boolean;
}

/**
 * What a server may do with attributes that no schema defines: RFC 7644 §3.3 lets it ignore them;
 * the interoperability profile refuses them; some identity providers expect them back.
 */
export type UnknownAttributes = 'ignore' | 'refuse' | 'keep';

/** The resource types of one source. */
export type ResourceTypes = Readonly<Record<ResourceKind, ResourceType>>;

/** How a source wants the protocol to be. */
export interface ProtocolSettings {
  readonly unknownAttributes: UnknownAttributes;
  readonly strictInterop: boolean;
  /** Schemas as RFC 7643 §7 has them, each with the `resourceType` that it extends. */
  readonly schemaExtensions: readonly JsonObject[];
}

/** The common attributes of every resource (RFC 7643 §3, §3.1); they belong to no schema. */
const COMMON = [
  // Written freely and then derived again: it follows the attributes that a resource has.
  simple('schemas', 'The schemas that the resource uses.', {
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    caseExact: false,
    required: true,
    returned: 'always',
  }),
  simple('id', 'The identifier of the resource, issued by the service provider.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  simple('externalId', 'The identifier of the resource, issued by the provisioning client.', {
    caseExact: true,
    maxLength: INDEXED_LENGTH,
  }),
  complex(
    'meta',
    'What the service provider knows about the resource itself.',
    [
      simple('resourceType', 'The name of the resource type.', {
        caseExact: true,
        mutability: 'readOnly',
      }),
      simple('created', 'When the resource was added.', {
        type: 'dateTime',
        mutability: 'readOnly',
      }),
      simple('lastModified', 'When the resource was last changed.', {
        type: 'dateTime',
        mutability: 'readOnly',
      }),
      simple('location', 'The URI of the resource.', {
        type: 'reference',
        mutability: 'readOnly',
      }),
      simple('version', 'The version of the resource, an entity-tag.', {
        caseExact: true,
        mutability: 'readOnly',
      }),
    ],
    { mutability: 'readOnly' },
  ),
];

/** Completes a resource type with its attributes. */
export function resourceType(
  definition: Omit<ResourceType, 'attributes' | 'unknownAttributes' | 'strictInterop'>,
): ResourceType {
  return {
    unknownAttributes: 'ignore',
    strictInterop: false,
    ...definition,
    attributes: attributeSet([...COMMON, ...definition.schema.attributes.list]),
  };
}

export const userType: ResourceType = resourceType({
  name: 'User',
  endpoint: '/Users',
  description: 'User Account',
  schema: userSchema,
  extensions: [
    { schema: enterpriseUserSchema, required: false },
    { schema: provisioningSchema, required: false },
  ],
});

export const groupType: ResourceType = resourceType({
  name: 'Group',
  endpoint: '/Groups',
  description: 'Group',
  schema: groupSchema,
  extensions: [],
});

/** Types by the text of their settings: whoever asks again gets the same, with its indexes. */
const remembered = new Map<string, ResourceTypes>();
const MAX_REMEMBERED = 1_000;

/** The resource types as a source has them. */
export function resourceTypesOf({
  unknownAttributes,
  strictInterop,
  schemaExtensions,
}: ProtocolSettings): ResourceTypes {
  const settings = { unknownAttributes, strictInterop, schemaExtensions };
  const text = JSON.stringify(settings);
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const types = buildTypes(settings);
  const [oldest] = remembered.keys();
  if (remembered.size >= MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  remembered.set(text, types);
  return types;
}

function buildTypes({ schemaExtensions, ...settings }: ProtocolSettings): ResourceTypes {
  const extended = (type: ResourceType) => {
    const added = schemaExtensions.flatMap((body) => {
      // Checked when it was defined; what is no longer readable is better left out than in the way.
      const read = readSchemaDefinition(body);
      return read.ok && read.resourceType === type.name ? read.schema : [];
    });
    const extensions = added.map((schema) => ({ schema, required: false }));
    return { ...type, ...settings, extensions: [...type.extensions, ...extensions] };
  };
  return { User: extended(userType), Group: extended(groupType) };
}

/** The extension of a resource type with this URI, in any case (RFC 7644 §3.10). */
export function findExtension(type: ResourceType, urn: string): Schema | undefined {
  const lower = urn.toLowerCase();
  return type.extensions.find(({ schema }) => schema.id.toLowerCase() === lower)?.schema;
}

/** Whether the URI names the base schema of a resource type, in any case. */
export function isBaseSchema(type: ResourceType, urn: string): boolean {
  return type.schema.id.toLowerCase() === urn.toLowerCase();
}

/** Whether the URI names a schema of a resource type, in any case. */
export function isKnownSchema(type: ResourceType, urn: string): boolean {
  return isBaseSchema(type, urn) || findExtension(type, urn) !== undefined;
}

/** Attributes and, where these are an extension's, the URN under which a resource holds them. */
export interface Namespace {
  readonly attributes: AttributeSet;
  readonly container?: string;
}

/**
 * What a URN before an attribute's name stands for: without one, and with that of the base schema,
 * the top of the resource (RFC 7644 §3.10). Undefined where the resource type has no such schema.
 */
export function findNamespace(type: ResourceType, urn: string | undefined): Namespace | undefined {
  if (urn === undefined || isBaseSchema(type, urn)) return { attributes: type.attributes };
  const extension = findExtension(type, urn);
  return extension && { attributes: extension.attributes, container: extension.id };
}
