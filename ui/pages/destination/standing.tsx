/** Whether a destination works, why not, and having it go on or stand still. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { DestinationBadge } from '../../parts/destination-state.tsx';
import { When } from '../../parts/when.tsx';
import { type Destination, pathOf } from './destination.ts';

/** What can be asked of it, and what is said when it was. */
const acts = {
  activate: 'goes on',
  pause: 'is paused',
  restart: 'is tried again',
} as const;

type Act = keyof typeof acts;

/** The card. */
export function StandingCard({ destination }: { readonly destination: Destination }) {
  const { id, name, state, pausedUntil } = destination;
  const [reason, setReason] = useState('');
  const change = useChange<Act>((act) => ({
    path: `${pathOf(id)}/${act}`,
    method: 'POST',
    body: act === 'pause' && reason.trim() !== '' ? { reason: reason.trim() } : {},
  }));
  const ask = (act: Act) =>
    change.mutate(act, {
      onSuccess: () => {
        setReason('');
        announce(`${name} ${acts[act]}`);
      },
    });
  return (
    <s-section heading="State">
      <div className="stack">
        <div>
          <DestinationBadge state={state} pausedUntil={pausedUntil} busy={false} />
        </div>
        <Why destination={destination} />
        {state === 'active' ? (
          <div className="row">
            <div className="wide">
              <s-text-field
                label="Why it is paused (seen by everybody here)"
                placeholder="Moving to another school year"
                value={reason}
                onInput={({ currentTarget }) => setReason(currentTarget.value ?? '')}
              />
            </div>
            <s-button loading={change.isPending} onClick={() => ask('pause')}>
              Pause
            </s-button>
          </div>
        ) : (
          <div className="row">
            <s-button
              variant="primary"
              loading={change.isPending}
              onClick={() => ask(state === 'paused' ? 'activate' : 'restart')}
            >
              {state === 'paused' ? 'Resume' : 'Try now'}
            </s-button>
            {state === 'quarantined' ? (
              <s-button disabled={change.isPending} onClick={() => ask('pause')}>
                Pause
              </s-button>
            ) : null}
          </div>
        )}
        <p className="fault" role="alert">
          {change.isError ? sentenceOf(change.error) : ''}
        </p>
      </div>
    </s-section>
  );
}

function Why({
  destination: { state, reason, pausedUntil },
}: {
  readonly destination: Destination;
}) {
  if (state === 'quarantined')
    return (
      <s-banner tone="critical" heading={reason ?? 'It refuses every request.'}>
        <p>
          Nothing is lost: everything waits. Rollcall looks again by itself, less and less often;
          once you have mended it, try now.
        </p>
      </s-banner>
    );
  if (state === 'paused')
    return (
      <p>
        {reason === null ? null : <b>{reason} </b>}
        Nobody is changed there. What waits is made up for when it goes on.
      </p>
    );
  if (pausedUntil !== null)
    return (
      <p>
        It asked for a break and goes on <When at={pausedUntil} />.
      </p>
    );
  return <p className="muted">Everybody is kept up to date. Paused, nobody is changed there.</p>;
}
