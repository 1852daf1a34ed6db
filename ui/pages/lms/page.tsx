/** The page of a destination where courses are held: whether it works, whether it is on, how it is reached. */
import { useParams, useSearchParams } from 'wouter';
import { ConnectionTest } from '../../parts/connection-test.tsx';
import { DestinationBadge } from '../../parts/destination-state.tsx';
import {
  type Connector,
  type Destination,
  useConnectors,
  useDestinations,
} from '../../parts/destinations.ts';
import { useHref } from '../../parts/href.ts';
import { SettingsForm } from '../../parts/settings-form.tsx';
import { Failure, Loading, Missing } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { CoursesThere } from './courses-there.tsx';
import { Switching } from './switching.tsx';

const freshMs = 5_000;

/** The page. */
export default function LmsPage() {
  const { id } = useParams<{ readonly id: string }>();
  const destinations = useDestinations(freshMs);
  const connectors = useConnectors();
  const destination = destinations.data?.find((one) => one.id === id);
  useTitle(destination?.name ?? 'Connection', 'Courses');
  if (destinations.isPending || connectors.isPending) return <Loading title="Connection" />;
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
  const connector = connectors.data.find(({ name }) => name === destination?.connector);
  if (destination === undefined || connector === undefined)
    return <Missing text="This connection is not there any more." />;
  return <Shown key={destination.id} destination={destination} connector={connector} />;
}

function Shown({
  destination,
  connector,
}: {
  readonly destination: Destination;
  readonly connector: Connector;
}) {
  const [search] = useSearchParams();
  const href = useHref();
  const isNew = search.has('new');
  return (
    <s-page heading={destination.name}>
      <s-link slot="breadcrumb-actions" href={href('/courses')}>
        Courses
      </s-link>
      <s-section heading="Connection">
        <s-stack gap="base">
          <div className="row">
            <DestinationBadge {...destination} busy={false} />
            <span className="muted">{connector.title}</span>
          </div>
          {destination.reason === null ? null : <p>{destination.reason}</p>}
          <ConnectionTest destinationId={destination.id} name={destination.name} atOnce={isNew} />
          <Switching destination={destination} />
        </s-stack>
      </s-section>
      <SettingsForm destination={destination} connector={connector} />
      <CoursesThere destination={destination} />
    </s-page>
  );
}
