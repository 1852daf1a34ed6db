/** Signing in on the command line: what people of the directory may change about themselves. */

import { v7 as uuidv7 } from 'uuid';
import { ownAttributes } from '../directory/own-attributes.ts';
import { profileUrlOf } from '../directory/password-links.ts';
import { changeOpenAttributes, openAttributes } from '../directory/sign-in-settings.ts';
import { readInput } from '../http/admin-input.ts';
import { signInSettingsInput } from '../http/admin-sign-in.ts';
import { type Context, theTenant, UsageError } from './context.ts';
import { actor } from './directory.ts';

/** `sign-in show`. */
export async function showSignIn({ config, database, options }: Context): Promise<string> {
  const { tenantId } = await theTenant(database, options);
  const open = await openAttributes(database.pool, tenantId);
  const signInUrl = profileUrlOf(config, tenantId);
  const mail = config.smtp !== null;
  if (options.json === true)
    return JSON.stringify(
      { ownAttributes: open, choices: ownAttributes, signInUrl, mail },
      null,
      2,
    );
  return [
    `People of the directory sign in at ${signInUrl}`,
    `ownAttributes=${open.join(',')}`,
    mail
      ? 'Invitations, and links for who has forgotten a password, are sent by mail.'
      : 'No mail can be sent: set ROLLCALL_SMTP_URL, or invite whoever has forgotten a password.',
  ].join('\n');
}

/** `sign-in set`. */
export async function setSignIn(context: Context): Promise<string> {
  const { database, options, positionals } = context;
  const [text, ...others] = positionals;
  const [, list] = /^ownAttributes=(.*)$/.exec(text ?? '') ?? [];
  if (list === undefined || others.length > 0)
    throw new UsageError(
      `Say what people may change themselves: rollcall sign-in set ownAttributes=displayName,phoneNumbers (of ${ownAttributes.join(', ')}; none: ownAttributes=).`,
    );
  const given = { ownAttributes: list === '' ? [] : list.split(',') };
  const { ownAttributes: attributes } = readInput(signInSettingsInput, given);
  const { tenantId } = await theTenant(database, options);
  await changeOpenAttributes(database.pool, { tenantId, attributes, actor, requestId: uuidv7() });
  return showSignIn({ ...context, options: { ...options, json: false } });
}
