/** The schema of a User (RFC 7643 §4.1, descriptions shortened from §8.7.1). */
import {
  type Attribute,
  attributeSet,
  complex,
  INDEXED_LENGTH,
  type Schema,
  simple,
} from './schema.ts';

const name = complex('name', "The components of the User's name.", [
  simple('formatted', 'The full name, formatted for display, e.g., "Ms. Ada King Lovelace".'),
  simple('familyName', 'The family name, or last name in most Western languages.'),
  simple('givenName', 'The given name, or first name in most Western languages.'),
  simple('middleName', 'The middle name or names.'),
  simple('honorificPrefix', 'The honorific prefix, or title, e.g., "Ms.".'),
  simple('honorificSuffix', 'The honorific suffix, e.g., "III".'),
]);

/** The default sub-attributes of a multi-valued attribute (RFC 7643 §2.4), after its value. */
function labels(canonicalTypes: readonly string[]): readonly Attribute[] {
  return [
    simple('display', 'A human-readable name, primarily used for display purposes.'),
    simple('type', "A label indicating the attribute's function.", {
      canonicalValues: canonicalTypes,
    }),
    simple('primary', 'Whether this is the preferred value; true appears no more than once.', {
      type: 'boolean',
    }),
  ];
}

const emails = complex(
  'emails',
  'Email addresses for the User.',
  [
    simple('value', 'Email address of the User (RFC 5321).', { maxLength: INDEXED_LENGTH }),
    ...labels(['work', 'home', 'other']),
  ],
  { multiValued: true },
);

const phoneNumbers = complex(
  'phoneNumbers',
  'Phone numbers for the User.',
  [
    simple('value', "Phone number of the User, e.g., 'tel:+1-201-555-0123' (RFC 3966)."),
    ...labels(['work', 'home', 'mobile', 'fax', 'pager', 'other']),
  ],
  { multiValued: true },
);

const ims = complex(
  'ims',
  'Instant messaging addresses for the User.',
  [
    simple('value', 'Instant messaging address of the User.'),
    ...labels(['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo', 'other']),
  ],
  { multiValued: true },
);

const photos = complex(
  'photos',
  'URLs of photos of the User.',
  [
    simple('value', 'URL of a photo of the User.', {
      type: 'reference',
      referenceTypes: ['external'],
    }),
    ...labels(['photo', 'thumbnail']),
  ],
  { multiValued: true },
);

/** `primary` is in the text (§2.4) and the example (Figure 4), though missing from §8.7.1. */
const addresses = complex(
  'addresses',
  'Physical mailing addresses for the User.',
  [
    simple('formatted', 'The full mailing address, formatted for display; may contain newlines.'),
    simple('streetAddress', 'House number, street name, P.O. box; may contain newlines.'),
    simple('locality', 'The city or locality.'),
    simple('region', 'The state or region.'),
    simple('postalCode', 'The zip code or postal code.'),
    simple('country', 'The country, as an ISO 3166-1 alpha-2 code.'),
    ...labels(['work', 'home', 'other']),
  ],
  { multiValued: true },
);

const READ_ONLY = { mutability: 'readOnly' } as const;

const groups = complex(
  'groups',
  'The groups to which the User belongs; changed through the Group resource.',
  [
    simple('value', 'The id of the group.', READ_ONLY),
    simple('$ref', 'The URI of the Group resource.', {
      ...READ_ONLY,
      type: 'reference',
      referenceTypes: ['User', 'Group'],
    }),
    simple('display', 'The displayName of the group.', READ_ONLY),
    simple('type', 'How the membership came about.', {
      ...READ_ONLY,
      canonicalValues: ['direct', 'indirect'],
    }),
  ],
  { ...READ_ONLY, multiValued: true },
);

const entitlements = complex(
  'entitlements',
  'Entitlements of the User: things the User has.',
  [simple('value', 'The value of an entitlement.'), ...labels([])],
  { multiValued: true },
);

const roles = complex(
  'roles',
  "Roles of the User, e.g., 'Student', 'Faculty'.",
  [simple('value', 'The value of a role.'), ...labels([])],
  { multiValued: true },
);

const x509Certificates = complex(
  'x509Certificates',
  'Certificates issued to the User.',
  [
    simple('value', 'One DER-encoded X.509 certificate, base64 encoded.', { type: 'binary' }),
    ...labels([]),
  ],
  { multiValued: true },
);

export const userSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'User Account',
  attributes: attributeSet([
    simple('userName', 'Unique identifier for the User, typically used to sign in.', {
      required: true,
      uniqueness: 'server',
      maxLength: INDEXED_LENGTH,
    }),
    name,
    simple('displayName', 'The name of the User, suitable for display to end-users.', {
      maxLength: INDEXED_LENGTH,
    }),
    simple('nickName', "The casual way to address the User, e.g., 'Bob' for 'Robert'."),
    simple('profileUrl', "The URL of a page representing the User's online profile.", {
      type: 'reference',
      referenceTypes: ['external'],
    }),
    simple('title', "The User's title, e.g., 'Vice President'."),
    simple('userType', "The User's relationship to the organization, e.g., 'Employee'."),
    simple('preferredLanguage', 'The preferred languages, as in HTTP Accept-Language.'),
    simple('locale', 'The default location, a language tag, e.g., "en-US" (RFC 5646).'),
    simple('timezone', "The time zone, e.g., 'America/Los_Angeles'."),
    simple('active', "The User's administrative status.", { type: 'boolean' }),
    simple('password', "The User's cleartext password; accepted and not kept.", {
      mutability: 'writeOnly',
      returned: 'never',
    }),
    emails,
    phoneNumbers,
    ims,
    photos,
    addresses,
    groups,
    entitlements,
    roles,
    x509Certificates,
  ]),
};
