/** Reads the customers there are, and says how far it has come and what was found. */
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import type { Destination } from '../../parts/destinations.ts';
import { When } from '../../parts/when.tsx';
import { type Import, verdictNames, verdicts } from './imports.ts';

interface RunCardProps {
  readonly shop: Destination;
  readonly latest: Import | undefined;
}

/** The card. */
export function RunCard({ shop, latest }: RunCardProps) {
  const begin = useChange(() => ({
    path: `/destinations/${shop.id}/import`,
    method: 'POST',
    body: {},
  }));
  const busy = latest?.state === 'reading' || latest?.state === 'matching';
  const press = () => {
    if (busy || begin.isPending) return;
    begin.mutate(undefined, { onSuccess: () => announce('The customers are being read') });
  };
  return (
    <s-section heading="Existing customers">
      <div className="stack">
        <p className="muted">
          Reads every customer of your store and finds whom on your roll each belongs to. Reading
          changes nothing. Who is found for certain is connected afterwards, as far as your
          connections may speak for their addresses; who is in doubt waits for you.
        </p>
        {latest === undefined ? null : <Standing latest={latest} />}
        <div>
          <s-button
            {...(latest === undefined ? { variant: 'primary' as const } : {})}
            loading={busy || begin.isPending}
            onClick={press}
          >
            {latest === undefined ? 'Read customers' : 'Read again'}
          </s-button>
        </div>
        <p className="fault" role="alert">
          {begin.isError ? sentenceOf(begin.error) : ''}
        </p>
      </div>
    </s-section>
  );
}

function Standing({ latest }: { readonly latest: Import }) {
  const { state, read, about, counts, error, endedAt } = latest;
  return (
    <>
      {state === 'reading' || state === 'matching' ? (
        <div className="narrow-stack">
          <s-progress
            accessibilityLabel="Customers read"
            {...(about === null || about === 0 ? {} : { value: Math.min(read, about), max: about })}
          />
          <p className="muted" role="status">
            {state === 'reading'
              ? `${read.toLocaleString()}${about === null ? '' : ` of about ${about.toLocaleString()}`} customers read…`
              : `${read.toLocaleString()} customers read. Matching them with your roll…`}
          </p>
          {error === null ? null : <p className="muted">{error} It is tried again by itself.</p>}
        </div>
      ) : null}
      {state === 'failed' ? (
        <s-banner tone="critical" heading="The customers could not be read">
          <p>{error}</p>
        </s-banner>
      ) : null}
      {state === 'done' ? (
        <>
          <dl className="facts">
            {verdictNames.map((verdict) => (
              <div key={verdict}>
                <dt>{verdicts[verdict][0]}</dt>
                <dd>{counts[verdict].toLocaleString()}</dd>
              </div>
            ))}
          </dl>
          <p className="muted">
            {read.toLocaleString()} customers read
            {endedAt === null ? null : (
              <>
                {' '}
                <When at={endedAt} />
              </>
            )}
            .
          </p>
        </>
      ) : null}
    </>
  );
}
