/** A person as a large identity provider pushes one: some 700 bytes, the enterprise extension with it. */
const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The userName, and the e-mail address, of the person with this key. */
export function userNameOf(key: string): string {
  return `person-${key}@example.com`;
}

/** The body of a POST; `key` tells people apart. */
export function personBody(key: string): Record<string, unknown> {
  const userName = userNameOf(key);
  return {
    schemas: [core, enterprise],
    userName,
    externalId: `00u-${key}`,
    name: { givenName: 'Ada', familyName: `Lovelace ${key}`, formatted: `Ada Lovelace ${key}` },
    displayName: `Ada Lovelace ${key}`,
    title: 'Analyst',
    preferredLanguage: 'en',
    locale: 'en-GB',
    timezone: 'Europe/London',
    emails: [{ value: userName, type: 'work', primary: true }],
    addresses: [
      {
        type: 'work',
        streetAddress: '12 St James Square',
        locality: 'London',
        postalCode: 'SW1Y 4JH',
        country: 'GB',
      },
    ],
    active: true,
    [enterprise]: { employeeNumber: key, department: 'Engineering', costCenter: '4130' },
  };
}

/** The body of a PATCH that switches a person on or off, as most identity providers send it. */
export function activePatch(active: boolean): Record<string, unknown> {
  return { schemas: [patchOp], Operations: [{ op: 'replace', path: 'active', value: active }] };
}

/** The body of a PATCH that gives a person another title. */
export function titlePatch(title: string): Record<string, unknown> {
  return { schemas: [patchOp], Operations: [{ op: 'replace', path: 'title', value: title }] };
}
