/** The card with the places where courses are held. */
import { useHref } from '../../parts/href.ts';
import { PlaceBadge } from './place-badge.tsx';
import { type Connector, type Place, titleOf } from './places.ts';

interface PlacesCardProps {
  readonly places: readonly Place[];
  readonly connectors: readonly Connector[];
}

/** The card. */
export function PlacesCard({ places, connectors }: PlacesCardProps) {
  const href = useHref();
  return (
    <s-section heading="Where courses are held">
      <div className="stack">
        {places.length === 0 ? (
          <p className="muted">Nothing is connected yet.</p>
        ) : (
          <ul className="plain divided">
            {places.map(({ id, name, connector, state }) => (
              <li key={id}>
                <span className="wide">
                  <s-link href={href(`/courses/places/${id}`)}>{name}</s-link>
                  <br />
                  <span className="muted">{titleOf(connectors, connector)}</span>
                </span>
                <PlaceBadge state={state} />
              </li>
            ))}
          </ul>
        )}
        <div>
          <s-button href={href('/courses/connect')}>
            {places.length === 0 ? 'Connect' : 'Connect another'}
          </s-button>
        </div>
      </div>
    </s-section>
  );
}
