/** Whom a look at a SCIM server is for. Pure. */
import { emailsOf, type Resource } from './scim-resource.ts';

/** What a user is looked for by. */
export interface Wanted {
  readonly externalId: string | null;
  readonly email: string | null;
  readonly userName: string | null;
}

/** Whether a user is whom this says; some servers answer with others. */
export function isWanted(user: Resource, { externalId, email, userName }: Wanted): boolean {
  const same = (value: unknown, other: string | null) =>
    other !== null && typeof value === 'string' && value.toLowerCase() === other.toLowerCase();
  return (
    (externalId !== null && user.externalId === externalId) ||
    same(user.userName, userName) ||
    same(user.userName, email) ||
    emailsOf(user).some(({ value }) => same(value, email))
  );
}
