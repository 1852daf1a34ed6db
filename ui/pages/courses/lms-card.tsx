/** The card with the destinations where courses are held. */

import { DestinationBadge } from '../../parts/destination-state.tsx';
import { type Connector, type Destination, titleOf } from '../../parts/destinations.ts';
import { useHref } from '../../parts/href.ts';

interface LmsCardProps {
  readonly destinations: readonly Destination[];
  readonly connectors: readonly Connector[];
}

/** The card. */
export function LmsCard({ destinations, connectors }: LmsCardProps) {
  const href = useHref();
  return (
    <s-section heading="Where courses are held">
      <div className="stack">
        {destinations.length === 0 ? (
          <p className="muted">Nothing is connected yet.</p>
        ) : (
          <ul className="plain divided">
            {destinations.map(({ id, name, connector, state, pausedUntil }) => (
              <li key={id}>
                <span className="wide">
                  <s-link href={href(`/courses/lms/${id}`)}>{name}</s-link>
                  <br />
                  <span className="muted">{titleOf(connectors, connector)}</span>
                </span>
                <DestinationBadge state={state} pausedUntil={pausedUntil} busy={false} />
              </li>
            ))}
          </ul>
        )}
        <div>
          <s-button href={href('/courses/connect')}>
            {destinations.length === 0 ? 'Connect' : 'Connect another'}
          </s-button>
        </div>
      </div>
    </s-section>
  );
}
