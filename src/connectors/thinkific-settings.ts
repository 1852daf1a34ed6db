/** What a Thinkific destination is set up with. */
import type { Field, Settings } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import type { Credentials } from './thinkific-api.ts';

/** The settings, as the admin form shows them. */
export const fields: readonly Field[] = [
  {
    name: 'subdomain',
    label: 'Subdomain',
    help: 'The first part of school.thinkific.com, as it is shown beside the API key.',
    secret: false,
    required: true,
    address: true,
  },
  {
    name: 'apiKey',
    label: 'API key',
    help: 'In Thinkific: Settings > Code & analytics > API.',
    secret: true,
    required: true,
  },
  {
    name: 'welcome',
    label: 'Welcome e-mail',
    help: 'yes has Thinkific mail its welcome to each new user. Left empty, nobody is mailed.',
    secret: false,
    required: false,
  },
];

/** The settings as they are used. */
export interface Use {
  readonly credentials: Credentials;
  readonly welcomes: boolean;
}

/** @throws `DestinationError` (misconfigured) for what can be no subdomain, or no answer */
export function readSettings({ subdomain, apiKey, welcome }: Settings): Use {
  const name = subdomain
    ?.trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\.thinkific\.com\/?$/, '');
  const answer = welcome?.trim().toLowerCase() || 'no';
  const fault =
    name === undefined || !/^[a-z0-9][a-z0-9-]*$/.test(name)
      ? `${JSON.stringify(subdomain ?? '')} is no subdomain: enter the first part of school.thinkific.com.`
      : answer !== 'yes' && answer !== 'no'
        ? `${JSON.stringify(welcome)} is neither yes nor no: say whether Thinkific mails a welcome.`
        : null;
  if (name === undefined || fault !== null)
    throw new DestinationError('misconfigured', fault ?? '', { code: 'settings_unreadable' });
  return {
    credentials: { subdomain: name, apiKey: apiKey?.trim() ?? '' },
    welcomes: answer === 'yes',
  };
}
