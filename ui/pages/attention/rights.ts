/** Courses of orders that wait for somebody, as the admin API lists them. */

/** What an order gives, or would give once somebody decides. */
export interface Right {
  readonly id: string;
  readonly destinationId: string;
  readonly membership: string;
  readonly state: 'standing' | 'waiting' | 'held' | 'ended';
  readonly words: string;
  readonly reason: string | null;
  /** What happened to the order, whose meaning is asked. */
  readonly question: string | null;
  readonly orderId: string | null;
  readonly orderName: string | null;
  readonly lineId: string | null;
  readonly seat: number | null;
  readonly userName: string | null;
  /** As the order names them. */
  readonly learner: string | null;
  readonly purchasedAt: string | null;
}

/** What is decided at once: the rights of a line that wait for the same. */
export interface Decision {
  readonly key: string;
  readonly rights: readonly Right[];
}

/** Of a line with several learners all seats are decided at once. */
export function decisionsOf(rights: readonly Right[]): readonly Decision[] {
  const byKey = new Map<string, Right[]>();
  for (const right of rights) {
    const alone = right.question !== null || right.lineId === null;
    const key = alone ? right.id : `${right.lineId} ${right.destinationId} ${right.membership}`;
    byKey.set(key, [...(byKey.get(key) ?? []), right]);
  }
  return [...byKey].map(([key, rights]) => ({
    key,
    rights: rights.toSorted((one, other) => (one.seat ?? 0) - (other.seat ?? 0)),
  }));
}

/** What was bought, without the order, which stands before it. */
export function titleOf({ words, orderName }: Right): string {
  const begin = `order ${orderName}, `;
  const rest = words.startsWith(begin) ? words.slice(begin.length) : words;
  return rest.replace(/ \(learner \d+\)$/, '');
}
