/** A group as a large identity provider pushes one, and how it says who comes and who goes. */
const core = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The body of a POST. */
export function groupBody(displayName: string, members: readonly string[]) {
  return { schemas: [core], displayName, members: members.map(memberOf) };
}

/** The body of a PATCH that adds one member. */
export function joinPatch(id: string) {
  const operation = { op: 'add', path: 'members', value: [memberOf(id)] };
  return { schemas: [patchOp], Operations: [operation] };
}

/** The body of a PATCH that removes one member, named by a filter as RFC 7644 §3.5.2.2 shows it. */
export function leavePatch(id: string) {
  const operation = { op: 'remove', path: `members[value eq "${id}"]` };
  return { schemas: [patchOp], Operations: [operation] };
}

function memberOf(value: string) {
  return { value, type: 'User' };
}
