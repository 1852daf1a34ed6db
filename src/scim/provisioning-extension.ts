/** Our extension of a User: what became of the person at each destination. Read-only, on request. */
import type { Json, JsonObject } from '../model.ts';
import { isArray } from './json.ts';
import { attributeSet, complex, type Schema, simple } from './schema.ts';

const READ_ONLY = { mutability: 'readOnly' } as const;

export const provisioningSchema: Schema = {
  id: 'urn:rollcall:scim:schemas:extension:provisioning:1.0:User',
  name: 'Provisioning',
  description: 'What became of the User at each destination.',
  attributes: attributeSet([
    complex(
      'destinations',
      'The destinations of the User, and how far each has come.',
      [
        simple('value', 'The identifier of the destination.', { ...READ_ONLY, caseExact: true }),
        simple('display', 'The name of the destination.', READ_ONLY),
        simple('status', 'How far the destination has come.', {
          ...READ_ONLY,
          canonicalValues: ['done', 'waiting', 'retrying', 'held', 'rejected'],
        }),
        simple('remoteId', 'The identifier of the account at the destination.', {
          ...READ_ONLY,
          caseExact: true,
        }),
        simple(
          'reason',
          'Why it is held, retried or rejected, and what to do about it.',
          READ_ONLY,
        ),
        simple('lastSuccess', 'When the account last agreed with the User.', {
          ...READ_ONLY,
          type: 'dateTime',
        }),
      ],
      // Read from other tables than the User itself.
      { ...READ_ONLY, multiValued: true, returned: 'request' },
    ),
  ]),
};

/** The way to the attribute, for `asksFor`. */
export const destinationsPath = [provisioningSchema.id, 'destinations'] as const;

/** A resource with what became of it. */
export function withDestinations(resource: JsonObject, destinations: readonly Json[]): JsonObject {
  if (destinations.length === 0) return resource;
  const { id } = provisioningSchema;
  const schemas = isArray(resource.schemas) ? resource.schemas : [];
  return { ...resource, schemas: [...schemas, id], [id]: { destinations } };
}
