/** A company in the development store, and what staff do with it there. */
import assert from 'node:assert/strict';
import { customerById } from './roll.ts';
import type { World } from './world.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** The company Acme with the locations York, Leeds and Hull. */
export interface CompanyOfStaff {
  readonly number: number;
  readonly locations: readonly Named[];
  /** Location admin, and Ordering only. */
  readonly roleKinds: readonly Named[];
  /** A role at one of the locations, as a policy names it. */
  membership(location: number, role?: number): string;
  /** Staff give a customer a role there. */
  give(remoteId: string, membership: string): Promise<void>;
  /** What a customer is there: role by location; `null` for no contact at all. */
  rolesOf(remoteId: string): Promise<Readonly<Record<string, string>> | null>;
  /** Staff take a role back, by its location. */
  takeBack(remoteId: string, location: string): Promise<void>;
}

interface Profile {
  readonly contactId: string;
  readonly roles: readonly {
    readonly id: string;
    readonly role: string;
    readonly location: string;
  }[];
}

/** Makes the company. */
export async function companyOfStaff({ store }: Pick<World, 'store'>): Promise<CompanyOfStaff> {
  const { body } = await store.dev('POST', 'companies', {
    name: 'Acme',
    locations: [{ name: 'York' }, { name: 'Leeds' }, { name: 'Hull' }],
  });
  const number: number = body.number;
  const locations: readonly Named[] = body.locations;
  const roleKinds: readonly Named[] = body.roles;
  const profileOf = async (remoteId: string): Promise<Profile | undefined> =>
    (await customerById({ store }, remoteId)).body.companies[0];
  const contactOf = async (remoteId: string): Promise<string> =>
    (await profileOf(remoteId))?.contactId ??
    (await store.dev('POST', `companies/${number}/contacts`, { customer: remoteId })).body.id;
  return {
    number,
    locations,
    roleKinds,
    membership: (location, role = 1) =>
      `company:${number}/location:${numberOf(locations[location])}/role:${numberOf(roleKinds[role])}`,
    give: async (remoteId, membership) => {
      const [, location, role] = /location:(\d+)\/role:(\d+)/.exec(membership) ?? [];
      const path = `company-contacts/${await contactOf(remoteId)}/roles`;
      assert.equal((await store.dev('POST', path, { role, location })).status, 200);
    },
    rolesOf: async (remoteId) => {
      const profile = await profileOf(remoteId);
      if (profile === undefined) return null;
      return Object.fromEntries(profile.roles.map(({ location, role }) => [location, role]));
    },
    takeBack: async (remoteId, location) => {
      const roles = (await profileOf(remoteId))?.roles ?? [];
      const role = roles.find((given) => given.location === location);
      await store.dev('DELETE', `company-role-assignments/${role?.id}`);
    },
  };
}

const numberOf = (thing: Named | undefined): string => thing?.id.split('/').pop() ?? '';
