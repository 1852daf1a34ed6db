/** An SMTP server over TCP for tests: as much of RFC 5321 as a client needs, and refusals on demand. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { SmtpConfig } from '../../src/config.ts';

/** A mail it took. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came: header lines, a blank line, the body. */
  readonly raw: string;
  header(name: string): string | undefined;
  /** The body, its transfer encoding undone. */
  readonly text: string;
}

/** The server. */
export interface SmtpServer extends AsyncDisposable {
  readonly config: SmtpConfig;
  readonly mails: readonly ReceivedMail[];
  /** Answers the next mails like this instead of taking them. */
  refuse(line: string, times: number): void;
  /** Refuses this recipient for good. */
  readonly unknown: Set<string>;
}

const user = 'rollcall';
const password = 'p@ss:word';

/** Starts one that asks for a user and password. */
export async function smtpServer(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const unknown = new Set<string>();
  const sockets = new Set<Socket>();
  const refusals: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket, { unknown, refusals, take: (mail) => mails.push(mail) });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the socket has no port');
  const credentials = [user, password].map(encodeURIComponent).join(':');
  return {
    config: {
      url: `smtp://${credentials}@127.0.0.1:${address.port}`,
      from: 'Rollcall <rollcall@example.com>',
    },
    mails,
    unknown,
    refuse: (line, times) => {
      refusals.push(...Array.from({ length: times }, () => line));
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Rules {
  readonly unknown: ReadonlySet<string>;
  readonly refusals: string[];
  take(mail: ReceivedMail): void;
}

/** One session: a line is a command, until DATA begins a mail that a lone dot ends. */
function serve(socket: Socket, { unknown, refusals, take }: Rules): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let pending = '';
  let data: string[] | null = null;
  let signedIn = false;
  let from = '';
  let to: string[] = [];

  const command = (line: string): void => {
    const verb = line.split(' ', 1)[0]?.toUpperCase();
    const mailbox = /<([^>]*)>/.exec(line)?.[1] ?? '';
    switch (verb) {
      case 'EHLO':
        say('250-test');
        say('250 AUTH PLAIN');
        return;
      case 'AUTH': {
        const given = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString();
        signedIn = given === `\0${user}\0${password}`;
        say(signedIn ? '235 welcome' : '535 wrong user or password');
        return;
      }
      case 'MAIL':
        from = mailbox;
        to = [];
        say(signedIn ? '250 ok' : '530 sign in first');
        return;
      case 'RCPT':
        if (unknown.has(mailbox)) {
          say('550 no such mailbox');
          return;
        }
        to.push(mailbox);
        say('250 ok');
        return;
      case 'DATA':
        data = [];
        say('354 go on');
        return;
      case 'QUIT':
        say('221 bye');
        socket.end();
        return;
      default:
        say(verb === 'RSET' || verb === 'NOOP' ? '250 ok' : '502 not here');
    }
  };

  const endOfData = (lines: readonly string[]): void => {
    const refusal = refusals.shift();
    if (refusal === undefined) take(received(from, to, lines.join('\r\n')));
    say(refusal ?? '250 taken');
  };

  say('220 test ESMTP');
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (pending + chunk).split('\r\n');
    pending = lines.pop() ?? '';
    for (const line of lines) {
      if (data === null) command(line);
      else if (line === '.') {
        const whole = data;
        data = null;
        endOfData(whole);
      } else data.push(line.replace(/^\./, ''));
    }
  });
}

function received(from: string, to: readonly string[], raw: string): ReceivedMail {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(unfolded)?.[1]?.trim();
  const body = rest.join('\r\n\r\n');
  const quoted = header('Content-Transfer-Encoding') === 'quoted-printable';
  return { from, to, raw, header, text: quoted ? unquoted(body) : body };
}

/** Quoted-printable (RFC 2045 §6.7). */
function unquoted(text: string): string {
  const bytes = text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/gi, (_whole, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
