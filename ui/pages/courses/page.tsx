/** The page *Courses*: what is sold, where it is held, and what waits for somebody. */

import { lmsOf, useConnectors, useDestinations } from '../../parts/destinations.ts';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { AttentionCard } from './attention-card.tsx';
import { EarlierCard } from './earlier-card.tsx';
import { LmsCard } from './lms-card.tsx';
import { useOffers } from './offers.ts';
import { OffersCard } from './offers-card.tsx';

const freshMs = 5_000;

/** The page. */
export default function CoursesPage() {
  useTitle('Courses');
  const href = useHref();
  const destinations = useDestinations(freshMs);
  const connectors = useConnectors();
  const offers = useOffers('in force');
  // All at once: what came later would push down what is being read.
  if ([destinations, connectors, offers].some(({ isPending }) => isPending))
    return <Loading title="Courses" />;
  if (destinations.data === undefined || connectors.data === undefined)
    return (
      <Failure
        error={destinations.error ?? connectors.error}
        retry={() => {
          void destinations.refetch();
          void connectors.refetch();
        }}
      />
    );
  const lms = lmsOf(destinations.data, connectors.data);
  return (
    <s-page heading="Courses">
      {lms.length === 0 ? null : (
        <s-button slot="primary-action" variant="primary" href={href('/courses/offers/new')}>
          Create offer
        </s-button>
      )}
      <AttentionCard />
      {lms.length === 0 ? <First /> : <OffersCard destinations={destinations.data} />}
      <div slot="aside" className="stack">
        <LmsCard destinations={lms} connectors={connectors.data} />
        <EarlierCard />
      </div>
    </s-page>
  );
}

/** Nothing can be sold before there is a destination where it is held. */
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
