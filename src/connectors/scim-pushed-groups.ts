/**
 * Groups of ours as Groups of a SCIM server (RFC 7643 §4.2): its `externalId` is our group's id. Without members: these
 * come and go with the people (`scim-groups.ts`).
 */
import type { Call, GroupTarget, NamedGroup, RemoteGroup } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import { refusal } from './despite.ts';
import { type Api, isFilterRefused, isMissing, refusalOf } from './scim-api.ts';
import {
  complaintAbout,
  type Groups,
  groupIdOf,
  membershipOf,
  patchSchema,
} from './scim-groups.ts';
import type { PatchOperation, Resource } from './scim-resource.ts';
import { listed, quoted } from './scim-search.ts';

const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** A server that says there are more groups than this is not read to the end for one of them. */
const mostPages = 1_000;
const pageSize = '100';
const attributes = 'id,externalId,displayName';

/** The groups of a server. */
export function pushedGroups(api: Api, groups: Groups): GroupTarget {
  return {
    async read(membership, call) {
      const group = await groups.read(groupIdOf(membership), call);
      return group === null ? null : remoteGroup(group);
    },
    find: (group, call) => find(api, group, call),
    create: (group, call) => create(api, group, call),
    async update(membership, { name, key }, call) {
      const write = (path: string, value: string) =>
        patch(api, membership, { op: 'replace', path, value }, call);
      if (name !== undefined) await write('displayName', name);
      if (key === undefined) return;
      const refused = await refusal(() => write('externalId', key));
      if (refused !== null) call.remark?.('it keeps no external ID of ours');
    },
    async delete(membership, call) {
      try {
        await api.send({ method: 'DELETE', path: pathOf(membership) }, call);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },
  };
}

const pathOf = (membership: string): string =>
  `/Groups/${encodeURIComponent(groupIdOf(membership))}`;

function remoteGroup({ id, externalId, displayName }: Resource): RemoteGroup {
  return {
    membership: membershipOf(String(id)),
    key: typeof externalId === 'string' && externalId !== '' ? externalId : null,
    name: String(displayName ?? ''),
  };
}

/** By `externalId` first: whoever has that is the group, whatever it is called. */
async function find(api: Api, group: NamedGroup, call: Call): Promise<readonly RemoteGroup[]> {
  const byKey = await ask(api, `externalId eq ${quoted(group.key)}`, call);
  const ours = (byKey ?? []).filter(({ key }) => key === group.key);
  if (ours.length > 0) return ours;
  const named = await ask(api, `displayName eq ${quoted(group.name)}`, call);
  const all = named ?? (await everyGroup(api, call));
  const name = group.name.toLowerCase();
  // What a server answers is compared again: some ignore filters.
  return all.filter((one) => one.key === group.key || one.name.toLowerCase() === name);
}

/** The groups that match; `null` where the server does not take such a filter, or may have ignored it. */
async function ask(api: Api, filter: string, call: Call): Promise<readonly RemoteGroup[] | null> {
  try {
    const query = { filter, attributes, startIndex: '1', count: pageSize };
    const { resources, total } = await listed(api, '/Groups', query, call);
    return total > resources.length ? null : resources.map(remoteGroup);
  } catch (error) {
    if (isFilterRefused(error)) return null;
    throw error;
  }
}

async function everyGroup(api: Api, call: Call): Promise<readonly RemoteGroup[]> {
  const all: RemoteGroup[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const query = { attributes, startIndex: String(all.length + 1), count: pageSize };
    const { resources, total } = await listed(api, '/Groups', query, call);
    all.push(...resources.map(remoteGroup));
    if (resources.length === 0 || all.length >= total) return all;
  }
  throw new DestinationError(
    'rejected',
    `${api.origin} has too many groups to look through, and finds none by name.`,
  );
}

async function create(api: Api, group: NamedGroup, call: Call): Promise<string> {
  const body = { schemas: [groupSchema], externalId: group.key, displayName: group.name };
  try {
    const made = await api.send({ method: 'POST', path: '/Groups', body }, call);
    if (typeof made?.id !== 'string')
      throw new DestinationError('transient', `${api.origin} made a group and gave no id.`, {
        unknownOutcome: true,
      });
    const membership = membershipOf(made.id);
    const complaint = complaintAbout(membership);
    if (complaint === null) return membership;
    throw new DestinationError(
      'rejected',
      `The group’s id at ${api.origin} is none that can be named (${made.id}).`,
    );
  } catch (error) {
    throw await unmade(api, { group, error, call });
  }
}

/** 409 is that a group is there (RFC 7644 §3.3): it may be this one, made a moment ago. */
async function unmade(
  api: Api,
  {
    group,
    error,
    call,
  }: { readonly group: NamedGroup; readonly error: unknown; readonly call: Call },
): Promise<unknown> {
  if (refusalOf(error)?.status !== 409) return error;
  if ((await find(api, group, call)).length > 0)
    return new DestinationError('transient', `${group.name} is there meanwhile; it is looked at.`, {
      cause: error,
      unknownOutcome: true,
    });
  return new DestinationError(
    'rejected',
    `${api.origin} has a group already that is in the way of ${group.name}, and does not find it: change or remove that group there.`,
    { cause: error },
  );
}

async function patch(
  api: Api,
  membership: string,
  operation: PatchOperation,
  call: Call,
): Promise<void> {
  const body = { schemas: [patchSchema], Operations: [operation] };
  try {
    await api.send({ method: 'PATCH', path: pathOf(membership), body }, call);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new DestinationError('transient', 'The group is gone; it is looked for again.', {
      cause: error,
      unknownOutcome: true,
    });
  }
}
