/** The accounts among which somebody has to choose, as they are at the destination now. */
import type { Attributes } from './connector.ts';
import { lookOnly } from './look-only.ts';
import type { Connected } from './reconcile.ts';

/** An account that may be somebody's. */
export interface SeenCandidate {
  /** Its page there; `null` where it has none. */
  readonly url: string | null;
  /** What it says of itself; `null` where it is gone, or the destination does not answer. */
  readonly seen: { readonly email: string | null; readonly attributes: Attributes } | null;
}

/** A person waits. */
const patienceMs = 8_000;

/** Looks at accounts by their remote ids; one that cannot be read is still one to choose. */
export async function seeCandidates(
  { target }: Pick<Connected, 'target'>,
  remoteIds: readonly string[],
): Promise<readonly SeenCandidate[]> {
  const call = lookOnly(AbortSignal.timeout(patienceMs), 'somebody waits');
  return Promise.all(
    remoteIds.map(async (remoteId) => {
      const account = await target.read(remoteId, call).catch(() => null);
      return {
        url: target.accountUrl?.(remoteId) ?? null,
        seen: account === null ? null : { email: account.email, attributes: account.attributes },
      };
    }),
  );
}
