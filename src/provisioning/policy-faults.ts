import { DestinationError } from './failure.ts';
import { grantsOf } from './grants.ts';
import { compileMapping, mappedGroup } from './mapping.ts';
import type { Policy } from './policy.ts';
import { scopeOf } from './scope.ts';

const nobody = { user: {}, sourceId: '', groups: [], pushed: [], grants: [], at: new Date(0) };

/** What of a policy cannot be read: its scope, its mapping, its rules; a sentence each. Pure. */
export function faultsOf(policy: Policy): readonly string[] {
  const parts = [
    () => scopeOf(nobody, policy),
    () => compileMapping(policy.mapping),
    () => compileMapping(policy.push?.mapping ?? [], mappedGroup),
    () => grantsOf(nobody, { ...policy, scope: null }),
  ];
  return parts.flatMap((read) => {
    try {
      read();
      return [];
    } catch (error) {
      if (error instanceof DestinationError) return [error.message];
      throw error;
    }
  });
}
