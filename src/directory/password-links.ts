/** Setting a password by a link: an administrator's invitation, or one by mail for somebody who has forgotten theirs. */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Mailer } from '../notices/mail.ts';
import {
  findPasswordLink,
  insertPasswordLink,
  type PasswordLinkKind,
  takePasswordLink,
} from '../store/password-links.ts';
import { type Account, accountNamed, accountOf, setPassword } from '../store/passwords.ts';
import { transaction } from '../store/statement.ts';
import type { Tenant } from '../store/tenants.ts';
import { mailboxOf, type PasswordMail, sendPasswordMail } from './password-mail.ts';
import { passwordFault } from './password-rules.ts';
import { note, type SignInWorld } from './sign-in.ts';
import { type Caller, countReset, newDevice } from './sign-in-limits.ts';
import { hashToken } from './tokens.ts';

/** What links need of the world. */
export interface LinkWorld extends SignInWorld {
  /** `null` where the operator has set no SMTP server. */
  readonly mailer: Mailer | null;
  readonly publicUrl: string;
  readonly log: Logger;
}

/** What inviting somebody needs of it. */
export type InviteWorld = Pick<LinkWorld, 'pool' | 'now' | 'mailer' | 'publicUrl' | 'log'>;

const hourMs = 3_600_000;

/** For how long each is good. */
const goodForMs: Readonly<Record<PasswordLinkKind, number>> = {
  invitation: 7 * 24 * hourMs,
  reset: hourMs,
};

/** Where the people of a tenant sign in. */
export function profileUrlOf({ publicUrl }: Pick<LinkWorld, 'publicUrl'>, tenantId: string) {
  return `${publicUrl}/me/${tenantId}`;
}

/** A link that was just made; the only moment at which it can be read. */
export interface FreshLink {
  readonly url: string;
  readonly expiresAt: Date;
}

async function newLink(
  world: InviteWorld,
  tenantId: string,
  userId: string,
  kind: PasswordLinkKind,
): Promise<FreshLink> {
  const token = randomBytes(32).toString('base64url');
  const createdAt = new Date(world.now());
  const expiresAt = new Date(createdAt.getTime() + goodForMs[kind]);
  const link = { hash: hashToken(token), userId, kind, createdAt, expiresAt };
  await insertPasswordLink(world.pool, tenantId, link);
  // Behind the #, so that it stands in no log of a server, and in no Referer.
  return { url: `${profileUrlOf(world, tenantId)}#password=${token}`, expiresAt };
}

/** Who is invited, and by whom. */
export interface Inviting {
  readonly tenant: Tenant;
  readonly userId: string;
  readonly actor: string;
  readonly requestId: string;
}

/** What came of it; `mailedTo` is `null` where no mail was sent. */
export type Invited =
  | ({ readonly kind: 'invited'; readonly mailedTo: string | null } & FreshLink)
  | { readonly kind: 'unknown' }
  | { readonly kind: 'suspended' };

/** Makes a link with which somebody sets their first password, or a new one; and sends it, where mail can be sent. */
export async function invite(
  world: InviteWorld,
  { tenant, userId, actor, requestId }: Inviting,
): Promise<Invited> {
  const { tenantId } = tenant;
  const account = await accountOf(world.pool, tenantId, userId);
  if (account === null) return { kind: 'unknown' };
  if (!account.active) return { kind: 'suspended' };
  const fresh = await newLink(world, tenantId, userId, 'invitation');
  const { sourceId } = account;
  const line = { kind: 'person.invitation', userId, sourceId, requestId, actor };
  await note(world.pool, tenantId, line);
  const mailedTo = await mail(world, tenant, account, { about: 'invitation', url: fresh.url });
  return { kind: 'invited', ...fresh, mailedTo };
}

/** Sends a mail to somebody; the address, or `null` where it could not be sent. */
async function mail(
  { mailer, log }: InviteWorld,
  { tenantId, name: directory }: Tenant,
  { userId, data }: Pick<Account, 'userId' | 'data'>,
  mailing: Pick<PasswordMail, 'about' | 'url'>,
): Promise<string | null> {
  const to = mailboxOf(data);
  if (mailer === null || to === null) return null;
  const { about } = mailing;
  try {
    await sendPasswordMail(mailer, to, { ...mailing, directory, userName: String(data.userName) });
    return to;
  } catch (err) {
    log.error({ err, tenantId, userId, about }, 'a mail about a password could not be sent');
    return null;
  }
}

/** Somebody who has forgotten their password. */
export interface ResetRequest {
  readonly tenant: Tenant;
  readonly userName: string;
  readonly caller: Caller;
  readonly requestId: string;
}

/**
 * Sends a link to whom the userName belongs. What is returned is to be run after the answer, so that neither the answer
 * nor its time tells whether there is such a user.
 * @throws `TooManyAttempts` for the address it came from
 */
export async function requestReset(
  world: LinkWorld,
  { tenant, userName, caller, requestId }: ResetRequest,
): Promise<() => Promise<void>> {
  const { tenantId } = tenant;
  const may = await countReset(world, tenantId, userName, caller);
  return async () => {
    if (!may) return;
    const account = await accountNamed(world.pool, tenantId, userName);
    if (account === null || !account.active || mailboxOf(account.data) === null) return;
    const { userId, sourceId } = account;
    const { url } = await newLink(world, tenantId, userId, 'reset');
    const line = { kind: 'person.reset-request', userId, sourceId, requestId, actor: null };
    await note(world.pool, tenantId, line);
    await mail(world, tenant, account, { about: 'reset', url });
  };
}

/** Whose password a link sets. */
export interface LinkOwner {
  readonly kind: PasswordLinkKind;
  readonly userName: string;
  readonly expiresAt: Date;
}

/** Whose link it is, without using it; `null` where it is used up, too old, or none. */
export async function linkOwner(
  world: Pick<LinkWorld, 'pool' | 'now'>,
  tenantId: string,
  token: string,
): Promise<LinkOwner | null> {
  const found = await findLink(world, tenantId, token);
  if (found === null) return null;
  const { kind, expiresAt, account } = found;
  return { kind, expiresAt, userName: String(account.data.userName) };
}

async function findLink(
  { pool, now }: Pick<LinkWorld, 'pool' | 'now'>,
  tenantId: string,
  token: string,
) {
  const link = await findPasswordLink(pool, tenantId, hashToken(token), new Date(now()));
  const account = link === null ? null : await accountOf(pool, tenantId, link.userId);
  return link === null || account === null || !account.active ? null : { ...link, account };
}

/** A password that is set by a link. */
export interface PasswordByLink {
  readonly tenant: Tenant;
  readonly token: string;
  readonly password: string;
  readonly requestId: string;
}

/** What came of it; `device` is a cookie: whoever has the link may go on without waiting for others' attempts. */
export type PasswordSet =
  | {
      readonly kind: 'set';
      /** They had one before. */
      readonly replaced: boolean;
      readonly userId: string;
      readonly userName: string;
      readonly device: string;
    }
  | { readonly kind: 'gone' }
  | { readonly kind: 'fault'; readonly fault: string };

/**
 * Sets a password by a link, once; every session of its person ends.
 * @throws `TooManyWaiting`
 */
export async function setPasswordByLink(
  world: LinkWorld,
  { tenant, token, password, requestId }: PasswordByLink,
): Promise<PasswordSet> {
  const { tenantId } = tenant;
  const found = await findLink(world, tenantId, token);
  if (found === null) return { kind: 'gone' };
  const { account } = found;
  const fault = passwordFault(password, account.data);
  if (fault !== null) return { kind: 'fault', fault };
  const hash = await world.hasher.hash(password);
  const at = new Date(world.now());
  const { userId, sourceId } = account;
  const taken = await transaction(world.pool, async (client) => {
    const link = await takePasswordLink(client, tenantId, hashToken(token), at);
    if (link === null) return false;
    await setPassword(client, tenantId, { userId, hash, at, keptSession: null, replaces: null });
    const message = link.kind === 'reset' ? 'reset' : 'by invitation';
    await note(client, tenantId, { kind: 'person.password', userId, sourceId, requestId, message });
    return true;
  });
  if (!taken) return { kind: 'gone' };
  const userName = String(account.data.userName);
  const device = newDevice(world, tenantId, userName);
  return { kind: 'set', replaced: account.hash !== null, userId, userName, device };
}

/** Tells somebody that their password was changed, in case it was not them. */
export async function tellPasswordChanged(
  world: LinkWorld,
  tenant: Tenant,
  userId: string,
): Promise<void> {
  const account = await accountOf(world.pool, tenant.tenantId, userId);
  if (account === null) return;
  const url = profileUrlOf(world, tenant.tenantId);
  await mail(world, tenant, account, { about: 'changed', url });
}
