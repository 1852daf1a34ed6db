/** What an administrator enters of a SCIM server, as forms show it. */
import type { Field } from '../provisioning/connector.ts';
import { counts } from './scim-deviations.ts';

const oauth = 'OAuth 2.0 client instead of a bearer token';
const deviations = 'Where the server does otherwise than usual';

const waysToUpdate = [
  { value: '', label: 'As the server says it can' },
  { value: 'patch', label: 'PATCH' },
  { value: 'put', label: 'PUT' },
];

/** Where it is, by what Rollcall signs in, and what it does otherwise than usual. */
export const fields: readonly Field[] = [
  {
    name: 'baseUrl',
    label: 'SCIM base URL',
    help: 'As the application gives it, for example https://example.com/scim/v2.',
    secret: false,
    required: true,
    address: true,
  },
  {
    name: 'token',
    label: 'Bearer token',
    help: 'As the application gives it. Left empty, the client of the next three fields is used.',
    secret: true,
    required: false,
  },
  {
    name: 'tokenUrl',
    label: 'Token URL',
    help: 'Where an OAuth 2.0 client gets its token, instead of a bearer token.',
    secret: false,
    required: false,
    address: true,
    group: oauth,
  },
  {
    name: 'clientId',
    label: 'Client ID',
    help: 'Of the OAuth 2.0 client.',
    secret: false,
    required: false,
    group: oauth,
  },
  {
    name: 'clientSecret',
    label: 'Client secret',
    help: 'Of the OAuth 2.0 client.',
    secret: true,
    required: false,
    group: oauth,
  },
  {
    name: 'scope',
    label: 'Scope',
    help: 'Where the token URL wants one.',
    secret: false,
    required: false,
    group: oauth,
  },
  {
    name: 'updates',
    label: 'Updates of users',
    help: 'PUT writes a user as a whole, and keeps what the server has and we do not know.',
    secret: false,
    required: false,
    choices: waysToUpdate,
    group: deviations,
  },
  {
    name: 'groupUpdates',
    label: 'Updates of groups',
    help: 'PUT writes a group as a whole, with all of its members: for servers that know no PATCH.',
    secret: false,
    required: false,
    choices: waysToUpdate,
    group: deviations,
  },
  {
    name: 'active',
    label: 'Form of active',
    help: 'Some servers want it as text, as Entra ID writes it.',
    secret: false,
    required: false,
    choices: [
      { value: '', label: 'true and false' },
      { value: 'string', label: '"True" and "False"' },
    ],
    group: deviations,
  },
  {
    name: 'membersPerRequest',
    label: 'Members per request',
    help: 'How many members of a group are added and removed in one request, from 1 to 1000. Left empty, 100.',
    secret: false,
    required: false,
    whole: counts,
    group: deviations,
  },
  {
    name: 'requestsPerSecond',
    label: 'Requests per second',
    help: 'How many the server takes for long, from 1 to 1000. Left empty, 50.',
    secret: false,
    required: false,
    whole: counts,
    group: deviations,
  },
  {
    name: 'removals',
    label: 'Removing members',
    help: 'Where a server takes a list only: others take that for everybody.',
    secret: false,
    required: false,
    choices: [
      { value: '', label: 'Each by its path' },
      { value: 'list', label: 'As a list of values' },
    ],
    group: deviations,
  },
];
