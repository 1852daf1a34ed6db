/** What became of users at each destination, read only for who asks (our extension of User). */
import type { JsonObject } from '../model.ts';
import { asksFor } from '../scim/projection.ts';
import { destinationsPath, withDestinations } from '../scim/provisioning-extension.ts';
import { type LinkStatus, linkStatusOf } from '../store/link-status.ts';
import type { StoredResource } from '../store/resources.ts';
import type { Form, Shelf } from './scim-answer.ts';

/** The resources with the status of their users, where the form has it: one question for all. */
export async function withStatus<Resource extends StoredResource>(
  resources: readonly Resource[],
  { type, projection }: Form,
  { pool, owner }: Shelf,
): Promise<readonly Resource[]> {
  if (type.name !== 'User' || asksFor(type, projection, destinationsPath) === 'nothing') {
    return resources;
  }
  const ids = resources.filter((resource) => resource.type === 'User').map(({ id }) => id);
  const statuses = Map.groupBy(
    await linkStatusOf(pool, owner, ids),
    ({ resourceId }) => resourceId,
  );
  return resources.map((resource) => {
    const destinations = (statuses.get(resource.id) ?? []).map(destinationOf);
    return { ...resource, data: withDestinations(resource.data, destinations) };
  });
}

function destinationOf(link: LinkStatus): JsonObject {
  return {
    value: link.destinationId,
    display: link.destinationName,
    status: link.status,
    ...(link.remoteId === null ? {} : { remoteId: link.remoteId }),
    ...(link.reason === null ? {} : { reason: link.reason }),
    ...(link.lastSuccess === null ? {} : { lastSuccess: link.lastSuccess.toISOString() }),
  };
}
