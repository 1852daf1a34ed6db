/** The enterprise extension of a User (RFC 7643 §4.3). */
import { attributeSet, complex, type Schema, simple } from './schema.ts';

export const enterpriseUserSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: attributeSet([
    simple('employeeNumber', 'Identifier assigned to a person by the organization.'),
    simple('costCenter', 'The name of a cost center.'),
    simple('organization', 'The name of an organization.'),
    simple('division', 'The name of a division.'),
    simple('department', 'The name of a department.'),
    complex('manager', "The User's manager.", [
      simple('value', "The id of the User's manager."),
      simple('$ref', "The URI of the User's manager.", {
        type: 'reference',
        referenceTypes: ['User'],
      }),
      simple('displayName', "The displayName of the User's manager.", { mutability: 'readOnly' }),
    ]),
  ]),
};
