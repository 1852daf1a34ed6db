/** Which offer is applied, to the orders of which time. */
import { type FormEvent, useState } from 'react';
import type { Offer } from '../courses/offers.ts';
import type { Asked } from './preview.ts';

interface ChoosingProps {
  readonly offers: readonly Offer[];
  /** The offer that is chosen at first. */
  readonly begin: string | null;
  readonly busy: boolean;
  readonly onPreview: (asked: Asked) => void;
  /** What was previewed is not what is asked any more. */
  readonly onChange: () => void;
}

const usualDays = 60;
const dayMs = 86_400_000;

/** The card. */
export function Choosing({ offers, begin, busy, onPreview, onChange }: ChoosingProps) {
  const known = offers.some(({ id }) => id === begin) ? begin : null;
  const [offer, setOffer] = useState(known ?? offers[0]?.id ?? '');
  const [since, setSince] = useState(dayOf(Date.now() - usualDays * dayMs));
  const [until, setUntil] = useState(dayOf(Date.now()));
  const [faults, setFaults] = useState<{ since?: string; until?: string }>({});
  const press = (event?: FormEvent) => {
    event?.preventDefault();
    if (busy) return;
    const wrong = {
      ...(isDay(since) ? {} : { since: 'A day is needed.' }),
      ...(!isDay(until)
        ? { until: 'A day is needed.' }
        : until < since
          ? { until: 'Must not be before the first day.' }
          : {}),
    };
    setFaults(wrong);
    if (Object.keys(wrong).length > 0) return;
    onPreview({
      offer,
      since: new Date(`${since}T00:00:00`).toISOString(),
      until: new Date(Math.min(Date.parse(`${until}T23:59:59.999`), Date.now())).toISOString(),
    });
  };
  const changed = (set: (value: string) => void) => (value: string) => {
    set(value);
    onChange();
  };
  return (
    <s-section heading="Which orders">
      <form className="stack" onSubmit={press} noValidate>
        <s-select
          label="Offer"
          value={offer}
          onChange={({ currentTarget }) => changed(setOffer)(currentTarget.value)}
        >
          {offers.map(({ id, name }) => (
            <s-option key={id} value={id}>
              {name}
            </s-option>
          ))}
        </s-select>
        <s-grid gap="base" gridTemplateColumns="repeat(auto-fit, minmax(160px, 1fr))">
          <s-date-field
            label="Placed from"
            value={since}
            error={faults.since ?? ''}
            onChange={({ currentTarget }) => changed(setSince)(currentTarget.value)}
          />
          <s-date-field
            label="Placed until"
            value={until}
            error={faults.until ?? ''}
            onChange={({ currentTarget }) => changed(setUntil)(currentTarget.value)}
          />
        </s-grid>
        <p className="muted">
          Shopify shows an app the orders of the last {usualDays} days, unless it was allowed to
          read all of them.
        </p>
        <div>
          <s-button variant="primary" type="submit" loading={busy}>
            Preview
          </s-button>
        </div>
      </form>
    </s-section>
  );
}

function dayOf(ms: number): string {
  const at = new Date(ms);
  const parts = [at.getFullYear(), at.getMonth() + 1, at.getDate()];
  return parts.map((part) => String(part).padStart(2, '0')).join('-');
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}
