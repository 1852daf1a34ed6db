/** The schema of a Group (RFC 7643 §4.2). */
import { attributeSet, complex, INDEXED_LENGTH, type Schema, simple } from './schema.ts';

const IMMUTABLE = { mutability: 'immutable' } as const;

/** Members are read a thousand at a time: none may be large. */
const MEMBER_LENGTH = 2_048;

export const groupSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'Group',
  attributes: attributeSet([
    // REQUIRED by the text of §4.2; the example in §8.7.1 says otherwise.
    simple('displayName', 'A human-readable name for the Group.', {
      required: true,
      // As §8.7.1 does not have it: identity providers expect 409 for a second group of a name.
      uniqueness: 'server',
      maxLength: INDEXED_LENGTH,
    }),
    complex(
      'members',
      'The members of the Group.',
      [
        simple('value', 'The id of the member.', { ...IMMUTABLE, maxLength: INDEXED_LENGTH }),
        simple('$ref', 'The URI of the member.', {
          ...IMMUTABLE,
          type: 'reference',
          referenceTypes: ['User', 'Group'],
          maxLength: MEMBER_LENGTH,
        }),
        // Not in §8.7.1, but a default sub-attribute (§2.4), and in every example of RFC 7644.
        simple('display', 'The displayName of the member.', {
          ...IMMUTABLE,
          maxLength: MEMBER_LENGTH,
        }),
        simple('type', 'The type of the member.', {
          ...IMMUTABLE,
          canonicalValues: ['User', 'Group'],
          maxLength: MEMBER_LENGTH,
        }),
      ],
      { multiValued: true, maxValues: 1_000_000 },
    ),
  ]),
};
