/** How long what is written down is kept, and what was gathered of customers who asked for their data. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { download } from '../../api/download.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { afterSaving } from '../../parts/draft.ts';
import { fieldId, useFaults } from '../../parts/faults.ts';
import { SaveBar } from '../../parts/save-bar.tsx';
import { When } from '../../parts/when.tsx';
import { useTenant } from '../../shell/tenant.ts';

interface Days {
  readonly activityDays: number;
  readonly inboxDays: number;
  readonly graceDays: number;
  /** As long as whoever runs this installation keeps it. */
  readonly most: { readonly activityDays: number; readonly inboxDays: number };
}

interface Export {
  readonly id: string;
  readonly customerId: string;
  readonly madeAt: string;
}

/** The card. */
export function Retention() {
  const { data, error } = useAnswer<Days>('/retention');
  const exports = useAnswer<{ readonly exports: readonly Export[] }>('/exports');
  const requests = exports.data?.exports ?? [];
  return (
    <s-section heading="Data retention">
      <div className="stack">
        {data === undefined ? (
          <p className="muted">{error === null ? 'Loading…' : sentenceOf(error)}</p>
        ) : (
          <DaysForm days={data} />
        )}
        <p className="muted">
          Older entries are deleted by themselves. People are kept for as long as a source sends
          them, orders for as long as they give access
          {data === undefined
            ? ''
            : `, and everything for ${daysWords(data.graceDays)} after the app is uninstalled`}
          .
        </p>
        {requests.length === 0 ? null : (
          <section aria-labelledby="requests">
            <h3 id="requests">Customers who asked for their data</h3>
            <ul className="plain divided">
              {requests.map((one) => (
                <Request key={one.id} request={one} />
              ))}
            </ul>
          </section>
        )}
      </div>
    </s-section>
  );
}

const fields = [
  ['activityDays', 'Activity and notifications'],
  ['inboxDays', 'Messages from your shop, previews'],
] as const;

type Draft = Readonly<Record<(typeof fields)[number][0], string>>;

/** The days that a tenant decides about. */
function DaysForm({ days }: { readonly days: Days }) {
  const stored: Draft = {
    activityDays: String(days.activityDays),
    inboxDays: String(days.inboxDays),
  };
  const [edited, setEdited] = useState<Draft | null>(null);
  const draft = edited ?? stored;
  const save = useChange<Draft>(({ activityDays, inboxDays }) => ({
    path: '/retention',
    method: 'PUT',
    body: { activityDays: Number(activityDays), inboxDays: Number(inboxDays) },
  }));
  const faults = useFaults(
    fields.map(([name]) => name),
    save.error,
  );
  const press = () => {
    if (!save.isPending)
      save.mutate(draft, {
        onSuccess: () => {
          setEdited(afterSaving(edited, null));
          announce('Saved');
        },
      });
  };
  return (
    <>
      <div className="field-pairs">
        {fields.map(([name, label]) => (
          <s-number-field
            key={name}
            id={fieldId(name)}
            label={label}
            suffix="days"
            min={1}
            max={days.most[name]}
            details={`At most ${daysWords(days.most[name])}.`}
            value={draft[name]}
            error={faults.of(name)}
            onInput={({ currentTarget }) => setEdited({ ...draft, [name]: currentTarget.value })}
          />
        ))}
      </div>
      <p className="fault" role="alert">
        {faults.rest}
      </p>
      <SaveBar
        changed={fields.some(([name]) => draft[name] !== stored[name])}
        saving={save.isPending}
        onSave={press}
        onDiscard={() => {
          setEdited(null);
          save.reset();
        }}
      />
    </>
  );
}

function daysWords(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

function Request({ request: { id, customerId, madeAt } }: { readonly request: Export }) {
  const { tenantId } = useTenant();
  const [fault, setFault] = useState('');
  const number = customerId.split('/').at(-1);
  const press = async () => {
    setFault('');
    try {
      await download(`/tenants/${tenantId}/exports/${id}`, `customer-data-${number}.json`);
      announce('The file was saved');
    } catch (error) {
      setFault(sentenceOf(error));
    }
  };
  return (
    <li>
      <span className="wide">
        Customer {number}
        <span className="muted">
          {' '}
          · <When at={madeAt} />
        </span>
        <span className="fault" role="alert">
          {fault}
        </span>
      </span>
      <s-button
        accessibilityLabel={`Download the data of customer ${number}`}
        onClick={() => void press()}
      >
        Download
      </s-button>
    </li>
  );
}
