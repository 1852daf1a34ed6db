/** Slows down whoever guesses the admin password: so many failures a minute from one address. */

const failuresAllowed = 10;
const windowMs = 60_000;
const mostAddresses = 10_000;

/** Failed attempts, by address. */
export interface Attempts {
  /** Whether this address has to wait before anything it sends is looked at. */
  tooMany(address: string): boolean;
  failed(address: string): void;
}

/** Makes an empty memory of failures; it is this process's own. */
export function createAttempts(now: () => number): Attempts {
  const failures = new Map<string, { readonly since: number; readonly count: number }>();
  const recent = (address: string) => {
    const known = failures.get(address);
    return known !== undefined && now() - known.since < windowMs ? known : null;
  };
  return {
    tooMany: (address) => (recent(address)?.count ?? 0) >= failuresAllowed,
    failed(address) {
      const { since, count } = recent(address) ?? { since: now(), count: 0 };
      failures.delete(address);
      failures.set(address, { since, count: count + 1 });
      if (failures.size > mostAddresses) forgetOldest(failures);
    },
  };
}

function forgetOldest(failures: Map<string, unknown>): void {
  const [oldest] = failures.keys();
  if (oldest !== undefined) failures.delete(oldest);
}
