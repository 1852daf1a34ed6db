/** Notices by e-mail: plain text, over the operator's SMTP server, each step with a time limit. */
import { createTransport } from 'nodemailer';
import type { SmtpConfig } from '../config.ts';

/** A mail to one recipient. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same in every attempt, so that a mailbox that has it already can tell. */
  readonly messageId: string;
}

/** Sends mail. */
export interface Mailer {
  /** The domain mail is from: message ids end in it. */
  readonly domain: string;
  /** Throws what nodemailer throws: with `responseCode` where the server gave one. */
  send(mail: Mail): Promise<void>;
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Makes the mailer. A user and password go over TLS only, but for a server on this machine. */
export function createMailer({ url, from }: SmtpConfig, timeoutMs: number): Mailer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const auth =
    username === ''
      ? null
      : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: auth !== null && !secure && !loopback.has(hostname),
    ...(auth === null ? {} : { auth }),
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    domain: /@([^@\s>]+)>?\s*$/.exec(from)?.[1] ?? 'rollcall',
    async send({ to, subject, text, messageId }) {
      await transport.sendMail({
        from,
        // As an object: a text would be read as a list of addresses.
        to: { name: '', address: to },
        subject,
        text,
        messageId: `<${messageId}>`,
        // A server may be slow at every step: the whole has an end as well.
        signal: AbortSignal.timeout(3 * timeoutMs),
        // RFC 3834 §5: nobody on holiday answers it.
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
  };
}
