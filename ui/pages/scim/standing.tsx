/** How a connection stands: its people, and what has reached each destination. */
import { DestinationBadge } from '../../parts/destination-state.tsx';
import { When } from '../../parts/when.tsx';
import type { Progress, Status } from './source.ts';

interface PeopleProps {
  readonly status: Status | undefined;
  readonly provisioningEnabled: boolean;
}

/** Who was received. */
export function People({ status, provisioningEnabled }: PeopleProps) {
  return (
    <s-section heading="People received">
      <div className="narrow-stack">
        {status === undefined ? <p className="muted">Loading…</p> : <Count status={status} />}
        {provisioningEnabled ? null : (
          <s-banner tone="warning">
            SCIM provisioning is off: requests are refused until you switch it on.
          </s-banner>
        )}
      </div>
    </s-section>
  );
}

function Count({ status: { people, lastRequestAt } }: { readonly status: Status }) {
  const { active, inactive } = people;
  const last =
    lastRequestAt === null ? null : (
      <p className="muted">
        Last request <When at={lastRequestAt} />.
      </p>
    );
  if (active + inactive > 0)
    return (
      <>
        <p>
          <b className="figure">{active + inactive}</b> {active} active, {inactive} inactive
        </p>
        {last}
      </>
    );
  return (
    <>
      <p className="waiting">
        <span className="pulse" aria-hidden="true" />
        {lastRequestAt === null
          ? 'Waiting for the first request…'
          : 'Connected. Nobody has been sent yet.'}
      </p>
      {last}
    </>
  );
}

/** Each destination. */
export function Destinations({
  destinations,
}: {
  readonly destinations: readonly Progress[] | undefined;
}) {
  if (destinations === undefined) return null;
  if (destinations.length === 0)
    return (
      <s-section heading="Destination">
        <p className="muted">No store is connected yet: people are kept here until one is.</p>
      </s-section>
    );
  return destinations.map((destination) => (
    <Destination key={destination.id} destination={destination} />
  ));
}

function Destination({ destination }: { readonly destination: Progress }) {
  const { name, done, waiting, retrying, held, rejected, obstacles, lastSuccessAt } = destination;
  return (
    <s-section heading={name}>
      <div className="narrow-stack">
        <DestinationBadge {...destination} busy={waiting > 0} />
        <Why destination={destination} />
        <dl className="facts">
          <Fact name="Up to date" value={done} />
          <Fact
            name="Waiting"
            value={waiting}
            more={retrying > 0 ? `${retrying} tried before` : ''}
          />
          <Fact name="Held" value={held} />
          <Fact name="Refused" value={rejected} />
        </dl>
        {obstacles.length === 0 ? null : (
          <ul className="plain">
            {obstacles.map(({ outcome, reason, count }) => (
              <li key={`${outcome} ${reason}`}>
                <span className="wide">
                  <b>
                    {count} {outcome === 'held' ? 'held' : 'refused'}:{' '}
                  </b>
                  {reason}
                </span>
              </li>
            ))}
          </ul>
        )}
        <p className="muted">
          {lastSuccessAt === null ? (
            'Nothing was written for these people yet.'
          ) : (
            <>
              Last success <When at={lastSuccessAt} />.
            </>
          )}
        </p>
      </div>
    </s-section>
  );
}

function Fact({
  name,
  value,
  more = '',
}: {
  readonly name: string;
  readonly value: number;
  readonly more?: string;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {more === '' ? null : <small>{more}</small>}
      </dd>
    </div>
  );
}

/** Why it does not go on, where it does not. */
function Why({ destination: { state, reason, pausedUntil } }: { readonly destination: Progress }) {
  if (state === 'quarantined')
    return (
      <p>
        {reason ?? 'It refuses every request.'} Rollcall looks again by itself; nothing is lost.
      </p>
    );
  if (state === 'paused') return reason === null ? null : <p>{reason}</p>;
  if (pausedUntil === null) return null;
  return (
    <p>
      It asked for a break and goes on <When at={pausedUntil} />.
    </p>
  );
}
