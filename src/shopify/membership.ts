/**
 * How memberships at Shopify are written: `company:12` is being a contact of a company,
 * `company:12/location:34/role:56` a role in one of its locations, and any other text a customer tag.
 * The numbers are those of Shopify's global ids. Pure.
 */

/** A membership, read. */
export type ShopifyMembership =
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'contact'; readonly company: string }
  | {
      readonly kind: 'role';
      readonly company: string;
      readonly location: string;
      readonly role: string;
    };

/** What tells who is inactive: no membership, though it is a tag. */
export const inactiveTag = 'scim:inactive';

const prefix = 'company:';
const companyForm =
  /^company:([1-9]\d{0,14})(?:\/location:([1-9]\d{0,14})\/role:([1-9]\d{0,14}))?$/i;

/** Reads a membership; whatever is not well formed is a tag. */
export function readMembership(text: string): ShopifyMembership {
  const [, company, location, role] = companyForm.exec(text) ?? [];
  if (company === undefined) return { kind: 'tag', tag: text };
  if (location === undefined || role === undefined) return { kind: 'contact', company };
  return { kind: 'role', company, location, role };
}

/** The one spelling of a membership. */
export function writeMembership(membership: ShopifyMembership): string {
  switch (membership.kind) {
    case 'tag':
      return membership.tag;
    case 'contact':
      return `${prefix}${membership.company}`;
    case 'role':
      return `${prefix}${membership.company}/location:${membership.location}/role:${membership.role}`;
  }
}

/** Memberships in their one spelling, each once, with those that they bring along: a role makes a contact. */
export function completed(memberships: readonly string[]): readonly string[] {
  const all = memberships.flatMap((text) => {
    const membership = readMembership(text);
    if (membership.kind !== 'role') return [writeMembership(membership)];
    const contact = { kind: 'contact', company: membership.company } as const;
    return [writeMembership(contact), writeMembership(membership)];
  });
  return [...new Set(all)];
}

/** Whether any of these can only be seen by looking at companies. */
export function anyOfCompanies(memberships: readonly string[]): boolean {
  return memberships.some((text) => readMembership(text).kind !== 'tag');
}

const longestTag = 255;

/** What is wrong with a membership, in words that go on after its name; `null` where nothing is. */
export function complaintAbout(text: string): string | null {
  if (text.trim() !== text || text === '')
    return 'must not begin or end with a space, nor be empty';
  if (readMembership(text).kind !== 'tag') return null;
  if (text.toLowerCase().startsWith(prefix)) {
    return 'must be company:<number>, or company:<number>/location:<number>/role:<number>, with the numbers of Shopify';
  }
  if (text.includes(',')) return 'must not have a comma: Shopify would make two tags of it';
  if (text.length > longestTag) return `must be at most ${longestTag} characters long`;
  if (text.toLowerCase() === inactiveTag)
    return 'is the tag by which Rollcall marks who is inactive';
  return null;
}
