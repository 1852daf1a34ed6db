import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Seals secrets for storing: AES-256-GCM with a key from the environment. */
export interface SecretBox {
  seal(secret: string, context: string): string;
  open(sealed: string, context: string): string;
}

const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * @param key 32 random bytes, with which everything is sealed
 * @param oldKeys keys of before a rotation, which still open what was sealed with them
 * @returns a box whose `context` (whose secret it is) is authenticated with each secret, so that a
 * sealed value copied to another tenant's row does not open there
 */
export function secretBox(key: Buffer, oldKeys: readonly Buffer[] = []): SecretBox {
  return {
    seal(secret, context) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `${version}.${Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')}`;
    },
    open(sealed, context) {
      const [prefix, body] = sealed.split('.');
      if (prefix !== version || body === undefined) throw new SecretUnreadable();
      const bytes = Buffer.from(body, 'base64url');
      const causes: unknown[] = [];
      for (const candidate of [key, ...oldKeys]) {
        try {
          return decipher(bytes, candidate, context);
        } catch (cause) {
          causes.push(cause);
        }
      }
      throw new SecretUnreadable({ cause: causes.length === 1 ? causes[0] : causes });
    },
  };
}

function decipher(bytes: Buffer, key: Buffer, context: string): string {
  const opened = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  return (
    opened.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + opened.final('utf8')
  );
}

/** A stored secret does not open with this key. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
  constructor(options?: ErrorOptions) {
    super(
      'A stored secret cannot be read with ROLLCALL_ENCRYPTION_KEY. Set the key it was stored with, there or in ROLLCALL_OLD_ENCRYPTION_KEYS, or enter the secret again.',
      options,
    );
  }
}
