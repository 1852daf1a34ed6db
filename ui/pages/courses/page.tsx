/** The page *Courses*: what is sold, where it is held, and what waits for somebody. */
import { useHref } from '../../parts/href.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { AttentionCard } from './attention-card.tsx';
import { EarlierCard } from './earlier-card.tsx';
import { OffersCard } from './offers-card.tsx';
import { lmsOf, useConnectors, usePlaces } from './places.ts';
import { PlacesCard } from './places-card.tsx';

const freshMs = 5_000;

/** The page. */
export default function CoursesPage() {
  useTitle('Courses');
  const href = useHref();
  const places = usePlaces(freshMs);
  const connectors = useConnectors();
  if (places.isPending || connectors.isPending) return <Loading title="Courses" />;
  if (places.data === undefined || connectors.data === undefined)
    return (
      <Failure
        error={places.error ?? connectors.error}
        retry={() => {
          void places.refetch();
          void connectors.refetch();
        }}
      />
    );
  const lms = lmsOf(places.data, connectors.data);
  return (
    <s-page heading="Courses">
      {lms.length === 0 ? null : (
        <s-button slot="primary-action" variant="primary" href={href('/courses/offers/new')}>
          Create offer
        </s-button>
      )}
      <AttentionCard />
      {lms.length === 0 ? <First /> : <OffersCard places={places.data} />}
      <div slot="aside" className="stack">
        <PlacesCard places={lms} connectors={connectors.data} />
        <EarlierCard />
      </div>
    </s-page>
  );
}

/** Nothing can be sold before there is a place where it is held. */
function First() {
  const href = useHref();
  return (
    <s-section>
      <s-empty-state heading="Sell courses like any other product">
        <s-text slot="subheading">
          Connect your learning management system, say which product gives which course, and whoever
          buys is enrolled within seconds.
        </s-text>
        <s-button slot="primary-action" variant="primary" href={href('/courses/connect')}>
          Connect your LMS
        </s-button>
      </s-empty-state>
    </s-section>
  );
}
