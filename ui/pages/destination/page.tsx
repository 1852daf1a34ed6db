/** The page of a destination: whether it works, who waits to leave it, and removing it. */
import { useParams } from 'wouter';
import { useAnswer } from '../../api/queries.ts';
import { ConnectionTest } from '../../parts/connection-test.tsx';
import { useHref } from '../../parts/href.ts';
import { Offline } from '../../parts/offline.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { type Destination, pathOf } from './destination.ts';
import { GuardCard } from './guard.tsx';
import { Removal } from './removal.tsx';
import { StandingCard } from './standing.tsx';

const everyMs = 5_000;

/** The page. */
export default function DestinationPage() {
  const { id } = useParams<{ readonly id: string }>();
  const href = useHref();
  const answer = useAnswer<Destination>(pathOf(id), { everyMs });
  useTitle(answer.data?.name ?? 'Destination', 'Settings');
  if (answer.isPending) return <Loading title="Destination" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const destination = answer.data;
  const isShop = destination.connector === 'shopify';
  return (
    <s-page heading={destination.name}>
      <s-link slot="breadcrumb-actions" href={href('/settings')}>
        Settings
      </s-link>
      <Offline error={answer.error} retry={() => void answer.refetch()} />
      <StandingCard destination={destination} />
      <GuardCard destination={destination} />
      <s-section heading="Connection">
        <div className="stack">
          <ConnectionTest destinationId={id} name={destination.name} />
          {isShop ? null : (
            <div>
              <s-button href={href(`/courses/lms/${id}`)}>Change how it is reached</s-button>
            </div>
          )}
        </div>
      </s-section>
      {isShop ? null : <Removal destination={destination} />}
    </s-page>
  );
}
