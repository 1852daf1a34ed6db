/** What the admin API takes about notices. */
import { z } from 'zod';
import { addressFault, type OutboundOptions } from '../provisioning/outbound.ts';

const mostRecipients = 10;
const url = 'must be an address like https://example.com/notices';
const recipients = `must be a list of at most ${mostRecipients} e-mail addresses`;
const recipient = 'must be an e-mail address';
const limit = 'must be a whole number from 1 to 200';

/** What of the installation decides which settings can be taken. */
export interface NoticeRules extends OutboundOptions {
  readonly mail: 'available' | 'off';
}

const noMail =
  'must be empty: no mail can be sent. Set ROLLCALL_SMTP_URL and ROLLCALL_MAIL_FROM, and start Rollcall again';

/** Where notices are to go: the whole of it, as a PUT replaces it. */
export function noticeSettingsInput({ mail, ...outbound }: NoticeRules) {
  const address = z
    .url({ protocol: /^https?$/, error: url })
    .max(2_000, url)
    .superRefine((text, context) => {
      const fault = webhookFault(text, outbound);
      if (fault !== null) context.addIssue(fault);
    });
  const mailbox = z
    .email({ pattern: z.regexes.rfc5322Email, error: recipient })
    .max(254, recipient);
  return z.strictObject({
    webhook: z
      .strictObject(
        {
          url: address,
          /** `new` makes a new secret; the first one is made in any case. */
          secret: z.enum(['keep', 'new'], 'must be "keep" or "new"').default('keep'),
        },
        'must be an object with an url, or null for no webhook',
      )
      .nullable(),
    recipients: z
      .array(mailbox, recipients)
      .max(mostRecipients, recipients)
      .transform((list) => [...new Set(list)])
      .refine((list) => list.length === 0 || mail === 'available', noMail),
  });
}

function webhookFault(text: string, outbound: OutboundOptions): string | null {
  const parsed = URL.parse(text);
  if (parsed === null) return url;
  if (parsed.username !== '' || parsed.password !== '')
    return 'must be without user and password: requests are signed with a secret instead';
  const fault = addressFault(parsed, outbound);
  return fault === null ? null : `must be another address: ${fault.replace(/\.$/, '')}`;
}

/** Which notices to list. */
export const noticesInput = z.strictObject({
  limit: z.coerce.number(limit).int(limit).min(1, limit).max(200, limit).default(50),
  before: z.uuid('must be the next of an earlier answer').nullable().default(null),
});
