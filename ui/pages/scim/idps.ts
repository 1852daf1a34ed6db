/** The steps at each identity provider, after docs/idp/; words between asterisks are theirs. */

/** An identity provider. */
export interface Idp {
  readonly id: string;
  readonly name: string;
  readonly steps: readonly string[];
  /** How the two values are called there; whether the token is entered without the word Bearer. */
  readonly baseUrl: string;
  readonly token: string;
  readonly bare: boolean;
  /** What to look out for. */
  readonly note?: string;
}

/** In the order of the chooser. */
export const idps: readonly Idp[] = [
  {
    id: 'miniorange',
    name: 'miniOrange',
    baseUrl: 'SCIM Base URL',
    token: 'Bearer Token',
    bare: true,
    steps: [
      '*Apps → Add Application*: choose *Provisioning* under *All Apps*, search for “scim” and pick *SCIM Server (Destination)*.',
      '*Basic Settings*: enter a *Display Application Name*, *Save*.',
      '*Authorization Configuration*: paste the two values below, *Test Connection*, *Save & Next*.',
      '*Attributes Mapping → Users*: the six that are required, and what you need besides. *Save & Next*.',
      'On *miniOrange to SCIM Server (Destination)* switch on what should be pushed: create, update and delete users, groups and their members. *Save*.',
      '*Groups → Create Group*, then *Policies → Add Policy*: select the app and the group.',
      'Put people into the group: they are pushed.',
    ],
  },
  {
    id: 'okta',
    name: 'Okta',
    baseUrl: 'Base URL',
    token: 'API Token',
    bare: false,
    steps: [
      '*Applications → Browse App Catalog*: take *SCIM 2.0 Test App (Header Auth)*, *Add Integration*, name it, *Done*.',
      '*Provisioning → Configure API Integration → Enable API Integration*: paste the two values below, *Test API Credentials*, *Save*.',
      '*Provisioning → To App → Edit*: enable *Create Users*, *Update User Attributes* and *Deactivate Users*. *Save*.',
      '*Assignments*: assign people or groups.',
      '*Push Groups*, if you use groups: *Find groups by name*, *Save*.',
    ],
    note: 'With an app of your own (App Integration Wizard, HTTP Header) paste the token alone: Okta adds Bearer.',
  },
  {
    id: 'entra',
    name: 'Entra ID',
    baseUrl: 'Tenant URL',
    token: 'Secret token',
    bare: true,
    steps: [
      '*Enterprise apps → New application → Create your own application*: choose *Integrate any other application you don’t find in the gallery*.',
      '*Provisioning → New configuration*: paste the two values below, *Test Connection*, *Create*.',
      '*Users and groups*: assign who should be provisioned.',
      '*Attribute mapping*: the defaults fit; switch the mapping of groups off if you do not need them.',
      '*Provision on demand* for one person; when that is right, *Start provisioning*.',
    ],
    note: 'A token that expires stops provisioning on that day: note the date, or make it without one.',
  },
  {
    id: 'onelogin',
    name: 'OneLogin',
    baseUrl: 'SCIM Base URL',
    token: 'SCIM Bearer Token',
    bare: true,
    steps: [
      '*Applications → Add App*: search for *SCIM Provisioner with SAML (SCIM v2 Enterprise)*, name it, *Save*.',
      '*Configuration*: paste the two values below, set the *SCIM JSON Template* (it is in our documentation), *Enable* the API connection, *Save*.',
      '*Parameters*: *SCIM Username* is the *Email*.',
      '*Provisioning → Enable provisioning*: decide what needs an approval, and whether a deleted user is suspended or deleted.',
      '*Access* or *Users*: give people the app.',
    ],
  },
  {
    id: 'jumpcloud',
    name: 'JumpCloud',
    baseUrl: 'Base URL',
    token: 'Token Key',
    bare: true,
    steps: [
      '*SSO Applications → Add New Application → Custom Application*: select *Export users to this app*, name it, *Save Application*, *Configure Application*.',
      '*Identity Management*: *API Type* SCIM API, *SCIM Version* 2.0, paste the two values below; *Test User Email* is an address of yours that nobody has.',
      '*Test Connection*, *Activate*, *Save*.',
      '*User Groups*: select the groups whose people should be provisioned, *Save*.',
    ],
  },
  {
    id: 'google',
    name: 'Google Workspace',
    baseUrl: 'Endpoint URL',
    token: 'Access token',
    bare: true,
    steps: [
      '*Apps → Web and mobile apps*: open the app (SAML single sign-on is set up first).',
      '*Autoprovisioning → Configure autoprovisioning*: paste the two values below.',
      '*Attribute mapping*: those with an asterisk are needed.',
      '*Deprovisioning*: choose after how many days an account goes.',
      'Switch autoprovisioning *on*, and the app *on* for the people.',
    ],
  },
  {
    id: 'ping',
    name: 'PingOne',
    baseUrl: 'SCIM base URL',
    token: 'OAuth Access Token',
    bare: true,
    steps: [
      '*Integrations → Provisioning → + → New connection*, *Identity Store*, *SCIM Outbound*. Name it.',
      '*Configure authentication*: paste the two values below; *Users resource* /Users, *Groups resource* /Groups, *SCIM version* 2.0, *OAuth 2 Bearer Token*. *Test connection*.',
      '*Configure preferences*: *User filter* userName eq "%s", *User identifier* userName, *Remove action* Disable. Switch the connection on.',
      '*Rules → New rule*: the connection, whom it is for, the *Attribute mapping*. Switch the rule on.',
    ],
  },
  {
    id: 'other',
    name: 'Another one',
    baseUrl: 'SCIM base URL',
    token: 'Authorization header',
    bare: false,
    steps: [
      'Add a SCIM 2.0 application, with header or bearer authentication.',
      'Paste the two values below. Where only a token is asked for, leave out the word Bearer.',
      'Test the connection there, then assign a person.',
    ],
  },
];
