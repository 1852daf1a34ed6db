import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Seals secrets for storing: AES-256-GCM with a key from the environment. */
export interface SecretBox {
  seal(secret: string, context: string): string;
  /** @throws `SecretUnreadable` where no key opens it */
  open(sealed: string, context: string): string;
  /** The same with whether the newest key sealed it; `null` where no key opens it. */
  read(
    sealed: string,
    context: string,
  ): { readonly secret: string; readonly newest: boolean } | null;
}

const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * @param key 32 random bytes, which seal
 * @param olds keys that sealed before, and still open
 * @returns a box whose `context` (whose secret it is) is authenticated with each secret, so that a
 * sealed value copied to another tenant's row does not open there
 */
export function secretBox(key: Buffer, olds: readonly Buffer[] = []): SecretBox {
  const read: SecretBox['read'] = (sealed, context) => {
    for (const [place, one] of [key, ...olds].entries()) {
      const secret = opened(one, sealed, context);
      if (secret !== null) return { secret, newest: place === 0 };
    }
    return null;
  };
  return {
    read,
    seal(secret, context) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `${version}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
    },
    open(sealed, context) {
      const found = read(sealed, context);
      if (found === null) throw new SecretUnreadable();
      return found.secret;
    },
  };
}

/** `null` where this key does not open it. */
function opened(key: Buffer, sealed: string, context: string): string | null {
  const [prefix, body] = sealed.split('.');
  if (prefix !== version || body === undefined) return null;
  const bytes = Buffer.from(body, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
      .setAAD(Buffer.from(context))
      .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    return (
      decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') +
      decipher.final('utf8')
    );
  } catch {
    return null;
  }
}

/** A stored secret does not open with this key. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
  constructor() {
    super(
      'A stored secret cannot be read with ROLLCALL_ENCRYPTION_KEY. Set the key it was stored with (in ROLLCALL_OLD_ENCRYPTION_KEYS, if it was changed), or enter the secret again.',
    );
  }
}
