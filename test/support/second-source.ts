/** A second identity provider of a world's tenant. */
import { newSourceId } from '../../src/directory/ids.ts';
import { insertSource } from '../../src/store/sources.ts';
import { type Connection, connect, scim, type World } from './world.ts';

/** A second identity provider of the same tenant, as a SCIM client of its own. */
export async function secondSource(
  world: World,
  name: string,
): Promise<Connection & Pick<World, 'scim'>> {
  const { pool, tenantId } = world;
  const id = newSourceId(tenantId);
  const switches = { provisioningEnabled: true, creationEnabled: true };
  await insertSource(pool, { tenantId, id, kind: 'scim', name, ...switches });
  const connection = await connect(pool, { tenantId, sourceId: id });
  return {
    ...connection,
    scim: (method, path, body) => scim(world.origin, connection, { method, path, body }),
  };
}
