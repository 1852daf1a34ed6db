/** Slows down whoever guesses a secret: so many failures a minute from one address at one door. */
import { BoundedMap } from './bounded-map.ts';

const windowMs = 60_000;
const mostAddresses = 10_000;

/** Failed attempts, by address. */
export interface Attempts {
  /** Whether this address has to wait before anything new it sends is looked at. */
  tooMany(address: string): boolean;
  failed(address: string): void;
}

/** What counts the failures. */
export interface AttemptsOptions {
  readonly now: () => number;
  /** Failures a minute from one address. */
  readonly allowed: number;
}

/** Makes an empty memory of failures; it is this process's own. */
export function createAttempts({ now, allowed }: AttemptsOptions): Attempts {
  const failures = new BoundedMap<{ readonly since: number; readonly count: number }>(
    mostAddresses,
  );
  const recent = (address: string) => {
    const known = failures.get(address);
    return known !== undefined && now() - known.since < windowMs ? known : null;
  };
  return {
    tooMany: (address) => (recent(address)?.count ?? 0) >= allowed,
    failed(address) {
      const { since, count } = recent(address) ?? { since: now(), count: 0 };
      failures.set(address, { since, count: count + 1 });
    },
  };
}
