import type { JsonObject } from '../model.ts';
import { project } from '../provisioning/project.ts';
import { invalidValue } from '../scim/error.ts';
import type { Access } from './access.ts';

/**
 * What a destination is known to refuse is told at once, before anything is written.
 * @returns what is dropped instead, by the source's policy
 * @throws `invalidValue`
 */
export function refuse(user: JsonObject, { destinations, source }: Access): readonly string[] {
  const dropped: string[] = [];
  for (const { connector, policy } of destinations) {
    const subject = {
      user,
      sourceId: source.id,
      groups: [],
      pushed: [],
      grants: [],
      at: new Date(0),
    };
    const refusals = project('', subject, { connector, policy })?.refusals ?? [];
    for (const { path, message, optional } of refusals) {
      if (!optional || source.invalidPhone === 'refuse') throw invalidValue(`${path}: ${message}`);
      dropped.push(`dropped ${path}: ${message}`);
    }
  }
  return dropped;
}
