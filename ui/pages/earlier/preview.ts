/** What applying an offer to earlier orders would do, read as it is found out. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { linesOf } from '../../api/stream.ts';
import { useTenant } from '../../shell/tenant.ts';

/** Which offer, and the orders of which time. */
export interface Asked {
  readonly offer: string;
  readonly since: string;
  readonly until: string;
}

/** What would become of one learner of an order. */
export interface Effect {
  readonly order: string;
  readonly line: string;
  readonly learner: string | null;
  readonly membership: string;
  readonly effect: 'give' | 'change' | 'has it' | 'skip';
  readonly reason: string | null;
}

type Line =
  | (Effect & { readonly type: 'right' })
  | { readonly type: 'reading'; readonly orders: number }
  | { readonly type: 'summary'; readonly orders: number; readonly counts: Counts };

/** How many of each. */
export type Counts = Readonly<Record<Effect['effect'], number>>;

/** How far a preview is. */
export interface Preview {
  readonly asked: Asked;
  readonly state: 'reading' | 'done' | 'failed';
  readonly orders: number;
  readonly counts: Counts;
  /** The first of them. */
  readonly effects: readonly Effect[];
  readonly error: unknown;
}

const noCounts: Counts = { give: 0, change: 0, 'has it': 0, skip: 0 };
/** More than these nobody reads; they are counted all the same. */
const mostKept = 500;

/** Reads a preview; another one, or leaving the page, ends it. */
export function usePreview() {
  const { tenantId } = useTenant();
  const [preview, setPreview] = useState<Preview | null>(null);
  const reading = useRef<AbortController | null>(null);
  const stop = useCallback(() => reading.current?.abort(), []);
  useEffect(() => stop, [stop]);
  const begin = async (asked: Asked) => {
    stop();
    const control = new AbortController();
    reading.current = control;
    const effects: Effect[] = [];
    let counts = noCounts;
    let orders = 0;
    const tell = (state: Preview['state'], error: unknown = null) => {
      if (!control.signal.aborted)
        setPreview({ asked, state, orders, counts, effects: [...effects], error });
    };
    tell('reading');
    try {
      const path = `/tenants/${tenantId}/backfills/preview`;
      for await (const line of linesOf<Line>(path, asked, control.signal)) {
        if (line.type === 'right') {
          counts = { ...counts, [line.effect]: counts[line.effect] + 1 };
          if (effects.length < mostKept) effects.push(line);
        } else {
          orders = line.orders;
          tell(line.type === 'summary' ? 'done' : 'reading');
        }
      }
    } catch (error) {
      tell('failed', error);
    }
  };
  const forget = () => {
    stop();
    setPreview(null);
  };
  return { preview, begin, forget };
}
