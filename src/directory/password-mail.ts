/** What people of the directory are told by mail about their passwords. */
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../model.ts';
import type { Mail, Mailer } from '../notices/mail.ts';
import { isArray, isObject } from '../scim/json.ts';

/** A mail that is to be sent. */
export interface PasswordMail {
  readonly about: 'invitation' | 'reset' | 'changed';
  /** What the directory is called: the tenant's name. */
  readonly directory: string;
  readonly userName: string;
  /** Where a password is set, or where somebody signs in. */
  readonly url: string;
}

/** Sends one. Throws what the mailer throws. */
export async function sendPasswordMail(
  mailer: Mailer,
  to: string,
  mail: PasswordMail,
): Promise<void> {
  await mailer.send({ to, ...wordsOf(mail), messageId: `${uuidv7()}@${mailer.domain}` });
}

function wordsOf({
  about,
  directory,
  userName,
  url,
}: PasswordMail): Pick<Mail, 'subject' | 'text'> {
  switch (about) {
    case 'invitation':
      return {
        subject: `Your account at ${directory}`,
        text: lines(
          `You have an account at ${directory}. Choose a password within seven days:`,
          url,
          `Afterwards you sign in with the user name ${userName}.`,
        ),
      };
    case 'reset':
      return {
        subject: `Choose a new password at ${directory}`,
        text: lines(
          `Somebody, most likely you, asked for a new password for ${userName} at ${directory}. Choose it within an hour:`,
          url,
          'If it was not you, you need not do anything: your password stays as it is.',
        ),
      };
    case 'changed':
      return {
        subject: `Your password at ${directory} was changed`,
        text: lines(
          `The password of ${userName} at ${directory} was changed, and all other sessions have ended.`,
          'If it was not you, choose a new one at once (“Forgot your password?”):',
          url,
        ),
      };
  }
}

function lines(...paragraphs: readonly string[]): string {
  return `${paragraphs.join('\n\n')}\n`;
}

/** Where somebody gets mail: their primary address, or their first, or the userName where it is one. */
export function mailboxOf(user: JsonObject): string | null {
  const emails = isArray(user.emails) ? user.emails.filter((email) => isObject(email)) : [];
  const chosen = emails.find(({ primary }) => primary === true) ?? emails[0];
  const address = chosen?.value ?? user.userName;
  return typeof address === 'string' && /^[^\s@<>]+@[^\s@<>]+$/.test(address) ? address : null;
}
