/** The peer's groups in memory, found by id; a group holds its members, as the library has it. */
import { randomUUID } from 'node:crypto';
import SCIMMY from 'scimmy';

type StoredGroup = Omit<InstanceType<typeof SCIMMY.Schemas.Group>, 'schemas'>;

const groups = new Map<string, StoredGroup>();

/** What the library calls to write, read and delete groups. */
export const groupHandlers = {
  ingress: (resource: { id?: string }, instance: StoredGroup): StoredGroup => {
    const now = new Date();
    const created = resource.id === undefined ? now : existing(resource.id).meta?.created;
    const meta = { ...instance.meta, created: created ?? now, lastModified: now };
    const group = { ...instance, id: resource.id ?? randomUUID(), meta };
    groups.set(group.id, group);
    return group;
  },
  egress: ({ id, filter }: InstanceType<typeof SCIMMY.Resources.Group>) => {
    if (id !== undefined) return existing(id);
    return filter === undefined ? [...groups.values()] : filter.match([...groups.values()]);
  },
  degress: ({ id = '' }: { id?: string }): void => {
    existing(id);
    groups.delete(id);
  },
};

function existing(id: string): StoredGroup {
  const group = groups.get(id);
  if (group === undefined) throw new SCIMMY.Types.Error(404, '', `Resource ${id} not found`);
  return group;
}
