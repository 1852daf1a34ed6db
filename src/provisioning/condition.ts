/** Conditions on a person, as scopes and rules have them: compiled once, and failing closed. */
import type { JsonObject } from '../model.ts';
import { parseFilter } from '../scim/filter.ts';
import { matcher } from '../scim/filter-match.ts';
import { checkFilter } from '../scim/resolved-filter.ts';
import { type ResourceType, userType } from '../scim/resource-types.ts';
import { attributeSet } from '../scim/schema.ts';
import { DestinationError } from './failure.ts';

const notStored = new Set(['id', 'meta', 'groups']);

/**
 * What a condition may look at: what is stored with a person. One on `groups` would find nobody in
 * any, and everybody would have to leave: it cannot be read instead, and groups are named as groups.
 */
const conditionType: ResourceType = {
  ...userType,
  attributes: attributeSet(userType.attributes.list.filter(({ name }) => !notStored.has(name))),
};

/**
 * Compiles a SCIM filter over Users.
 * @param of what it belongs to, to begin a sentence: `The scope`
 * @throws `DestinationError` (misconfigured) where it cannot be read: that means neither everyone nor no one
 */
export function compileCondition(filter: string, of: string): (user: JsonObject) => boolean {
  try {
    const parsed = parseFilter(filter);
    checkFilter(parsed, conditionType);
    return matcher(parsed, conditionType);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const mend = /\bgroups\b/i.test(filter) ? ' To look at groups, name them as groups.' : '';
    throw new DestinationError('misconfigured', `${of} cannot be read: ${message}${mend}`, {
      cause,
      code: 'policy_unreadable',
    });
  }
}
