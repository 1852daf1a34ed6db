/** What a page draws a policy from, and what a policy would make of one person, or one group. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { weighPolicy } from '../directory/destination-changes.ts';
import { policyFaults } from '../directory/policy-check.ts';
import type { Connector } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { mappedGroup } from '../provisioning/mapping.ts';
import { policySchema, unreadableIn } from '../provisioning/policy.ts';
import { previewAccount, previewGroup } from '../provisioning/policy-preview.ts';
import { transforms } from '../provisioning/transforms.ts';
import { provisioningSchema } from '../scim/provisioning-extension.ts';
import { type ResourceType, resourceTypesOf, userType } from '../scim/resource-types.ts';
import type { Attribute, Schema } from '../scim/schema.ts';
import { type Source, sourcesOf } from '../store/sources.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { namedConnector } from './admin-destinations.ts';
import { readInput } from './admin-input.ts';
import { type DestinationParams, destinationOf } from './admin-scope.ts';
import { notFound, Problem } from './problem.ts';

/** A policy and whom to try it on. */
export const policyPreviewInput = z.strictObject({
  policy: z.record(z.string(), z.unknown(), 'must be a whole policy'),
  personId: z.uuid('must be the id of a person'),
});

/** A policy and the group to try it on. */
export const groupPreviewInput = policyPreviewInput
  .omit({ personId: true })
  .extend({ groupId: z.uuid('must be the id of a group') });

/** A policy whose effect is asked for. */
export const policyEffectInput = policyPreviewInput.pick({ policy: true });

type Of = { Params: DestinationParams };

/** Adds the routes; to be registered under a destination. */
export async function mappingRoutes(
  app: FastifyInstance,
  { world: { pool } }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  app.get<Of>('/policy', async ({ params }) => {
    const { tenantId, policy, connector: name } = await destinationOf(pool, params);
    const connector = namedConnector(name);
    const sources = await sourcesOf(pool, tenantId);
    return {
      policy,
      connector: { name, title: connector.title, match: connector.match },
      attributes: connector.mapping.map(({ to }) => attributeView(to, connector)),
      otherAttributes: othersOf(connector),
      membershipHelp: connector.membershipHelp ?? null,
      transforms: Object.keys(transforms),
      sources: scimAttributes(userType, sources),
      groups: groupsView(connector, sources),
    };
  });

  // POST, as a body says which policy; nothing is changed.
  app.post<Of>('/policy/effect', async ({ params, body }) => {
    const { policy } = readInput(policyEffectInput, body);
    const destination = await destinationOf(pool, params);
    const connector = namedConnector(destination.connector);
    const weighed = await weighPolicy(pool, { destination, connector }, policy);
    if (weighed.kind === 'faulty') throw faulty(weighed.faults);
    return { effect: weighed.effect, confirm: weighed.confirm };
  });

  app.post<Of>('/policy/preview', async ({ params, body }) => {
    const { policy, personId } = readInput(policyPreviewInput, body);
    const { tenantId, id: destinationId, ...tried } = await triedOn(params, policy);
    const { faults } = tried;
    const key = { tenantId, destinationId, personId };
    const preview = await previewAccount(pool, key, tried).catch(refuseUnreadable(faults));
    if (preview === null) throw notFound(`There is nobody ${personId} for this destination.`);
    return { ...preview, faults };
  });

  app.post<Of>('/policy/group-preview', async ({ params, body }) => {
    const { policy, groupId } = readInput(groupPreviewInput, body);
    const { tenantId, faults, ...tried } = await triedOn(params, policy);
    const preview = await previewGroup(pool, { tenantId, groupId }, tried.policy).catch(
      refuseUnreadable(faults),
    );
    if (preview === null) throw notFound(`There is no group ${groupId}.`);
    return { ...preview, faults };
  });

  async function triedOn(params: DestinationParams, given: unknown) {
    const { tenantId, id, connector: name } = await destinationOf(pool, params);
    const parsed = policySchema.safeParse(given);
    if (!parsed.success) throw faulty(unreadableIn(parsed.error));
    const of = { connector: namedConnector(name), policy: parsed.data };
    const faults = policyFaults(of.policy, { ...of, sources: await sourcesOf(pool, tenantId) });
    return { ...of, tenantId, id, faults };
  }
}

function refuseUnreadable(faults: readonly string[]): (error: unknown) => never {
  return (error) => {
    throw error instanceof DestinationError
      ? faulty([...new Set([...faults, error.message])])
      : error;
  };
}

function faulty(faults: readonly string[]): Problem {
  const errors = faults.map((detail) => ({ field: 'policy', detail }));
  return new Problem('invalid-input', faults.join(' '), errors);
}

/** What a mapping of groups is drawn from; `null` where there are none. */
function groupsView({ groups }: Connector, sources: readonly Source[]) {
  if (groups === undefined) return null;
  return {
    attributes: [attributeView('displayName', {})],
    otherAttributes: othersOf(groups),
    sources: scimAttributes(mappedGroup, sources),
  };
}

function othersOf({ otherAttributes: others }: Pick<Connector, 'otherAttributes'>) {
  if (others === undefined) return null;
  const { prefix, label, help } = others;
  return { prefix, label, help };
}

function attributeView(name: string, { labels }: Pick<Connector, 'labels'>) {
  const known = labels?.[name];
  return { name, label: known?.label ?? wordsOf(name), metafield: known?.metafield ?? null };
}

/** `countryCode` as people write it; of which schema, and that it is a part of somebody's name, is not said. */
function wordsOf(name: string): string {
  const words = name
    .replace(/^urn:.*:/, '')
    .replace(/^name\./, '')
    .replaceAll('.', ' ')
    .replace(
      /([a-z])([A-Z])/g,
      (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
    );
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A SCIM attribute that a mapping may begin with. */
interface ScimAttribute {
  /** As `from` of a mapping has it. */
  readonly path: string;
  readonly description: string;
  readonly type: string;
  readonly schema: { readonly id: string; readonly name: string };
  /** A connection's own. */
  readonly custom: boolean;
}

/** Those of RFC 7643, and each connection's own; one that several have once. */
function scimAttributes(type: ResourceType, sources: readonly Source[]): readonly ScimAttribute[] {
  const own = sources.flatMap((source) => resourceTypesOf(source)[type.name].extensions);
  const extensions = [...type.extensions, ...own].map(({ schema }) => schema);
  const base = type.attributes.list.filter(({ name }) => name !== 'schemas');
  const all = [
    ...base.flatMap((attribute) => pathsOf(type, type.schema, attribute)),
    ...extensions
      .filter(({ id }) => id !== provisioningSchema.id)
      .flatMap((schema) => schema.attributes.list.flatMap((one) => pathsOf(type, schema, one))),
  ];
  return [...new Map(all.map((one) => [one.path.toLowerCase(), one])).values()];
}

/** The attribute, or each of its parts; what nobody may read, and what is ours to say, is none. */
function pathsOf(
  type: ResourceType,
  schema: Schema,
  attribute: Attribute,
): readonly ScimAttribute[] {
  if (attribute.returned === 'never' || attribute.mutability === 'readOnly') return [];
  const base = schema.id === type.schema.id;
  const name = base ? attribute.name : `${schema.id}:${attribute.name}`;
  const custom = !base && !type.extensions.some((known) => known.schema.id === schema.id);
  const view = (path: string, { description, type }: Attribute): ScimAttribute => ({
    ...{ path, description, type, custom },
    schema: { id: schema.id, name: schema.name },
  });
  const parts = attribute.subAttributes.list.filter(({ type }) => type !== 'complex');
  return parts.length === 0
    ? [view(name, attribute)]
    : parts
        .filter(({ returned }) => returned !== 'never')
        .map((part) => view(`${name}.${part.name}`, part));
}
