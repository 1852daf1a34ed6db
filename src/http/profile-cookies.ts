/**
 * The cookies of those who sign in: one for the session, and one by which a device is known another time. They are sent
 * below the pages of their tenant alone, with nothing that other sites begin, and no script reads them.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mostDays } from '../directory/sign-in.ts';

/** What decides how cookies are set. */
export interface CookieOptions {
  readonly mode: 'development' | 'production';
  readonly publicUrl: string;
}

type CookieName = 'session' | 'device';

const daySeconds = 86_400;

/** Browsers keep none for longer (RFC 6265bis §5.5). */
const maxAge: Readonly<Record<CookieName, number>> = {
  session: mostDays * daySeconds,
  device: 400 * daySeconds,
};

/** Reads and sets the cookies of a request's tenant. */
export interface Cookies {
  read(request: FastifyRequest, name: CookieName): string | null;
  /** `null` takes the cookie away. */
  set(reply: FastifyReply, tenantId: string, name: CookieName, value: string | null): void;
}

/** Makes what reads and sets them. With the prefix no page without TLS can have set one (RFC 6265bis §4.1.3.1). */
export function createCookies({ mode, publicUrl }: CookieOptions): Cookies {
  const secure = mode === 'production';
  const prefix = secure ? '__Secure-rollcall-' : 'rollcall-';
  const base = new URL(publicUrl).pathname.replace(/\/$/, '');
  return {
    read(request, name) {
      const wanted = `${prefix}${name}=`;
      const pairs = (request.headers.cookie ?? '').split(/; */);
      const value = pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
      return value !== undefined && /^[\w.-]{1,500}$/.test(value) ? value : null;
    },
    set(reply, tenantId, name, value) {
      const attributes = [
        `${prefix}${name}=${value ?? ''}`,
        `Path=${base}/me/${tenantId}`,
        `Max-Age=${value === null ? 0 : maxAge[name]}`,
        'HttpOnly',
        'SameSite=Lax',
        ...(secure ? ['Secure'] : []),
      ];
      reply.header('set-cookie', attributes.join('; '));
    },
  };
}
