/** Changing the key that secrets are sealed with. */
import { webhookSecretContext } from '../notices/channels.ts';
import { secretContext } from '../provisioning/connect.ts';
import { allSealed, replaceSealed, type SealedAt } from '../store/sealed.ts';
import type { SecretBox } from '../store/secret-box.ts';
import type { Queryable } from '../store/statement.ts';
import { installationContext } from './shop-tokens.ts';

/** What became of the stored secrets. */
export interface Resealed {
  /** Sealed with the newest key now. */
  readonly resealed: number;
  /** Those were already. */
  readonly unchanged: number;
  /** That open with no key there is: whoever owns them has to enter them again. */
  readonly unreadable: readonly SealedAt[];
}

/** Seals with the newest key whatever an older one sealed. What somebody changes meanwhile is theirs. */
export async function resealAll(db: Queryable, secrets: SecretBox): Promise<Resealed> {
  let resealed = 0;
  let unchanged = 0;
  const unreadable: SealedAt[] = [];
  for (const { sealed, ...at } of await allSealed(db)) {
    const context = contextOf(at);
    const { secret, newest } = secrets.read(sealed, context) ?? { secret: null, newest: false };
    if (secret === null) unreadable.push(at);
    else if (newest) unchanged += 1;
    else if (await replaceSealed(db, { ...at, sealed }, secrets.seal(secret, context)))
      resealed += 1;
  }
  return { resealed, unchanged, unreadable };
}

function contextOf({ table, tenantId, id }: SealedAt): string {
  switch (table) {
    case 'destinations':
      return secretContext({ tenantId, id: id ?? '' });
    case 'notice_settings':
      return webhookSecretContext(tenantId);
    case 'installations':
      return installationContext(tenantId);
  }
}
