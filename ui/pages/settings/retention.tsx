/** How long what is written down is kept, and what was gathered of customers who asked for their data. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { download } from '../../api/download.ts';
import { useAnswer } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { When } from '../../parts/when.tsx';
import { useTenant } from '../../shell/tenant.ts';

interface Days {
  readonly activityDays: number;
  readonly inboxDays: number;
  readonly graceDays: number;
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
          <dl className="told wide-told">
            <Fact name="Activity and notifications" words={daysWords(data.activityDays)} />
            <Fact
              name="Messages from your shop, previews, exports"
              words={daysWords(data.inboxDays)}
            />
            <Fact
              name="Everything, after the app is uninstalled"
              words={daysWords(data.graceDays)}
            />
          </dl>
        )}
        <p className="muted">
          Older entries are deleted by themselves. Whoever runs this installation decides how long
          that is. People are kept for as long as a source sends them, orders for as long as they
          give access.
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

function Fact({ name, words }: { readonly name: string; readonly words: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{words}</dd>
    </div>
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
