/** The page of a place where courses are held: whether it works, whether it is on, how it is reached. */
import { useParams, useSearchParams } from 'wouter';
import { ConnectionTest } from '../../parts/connection-test.tsx';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading, Missing } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { PlaceBadge } from '../courses/place-badge.tsx';
import { type Connector, type Place, useConnectors, usePlaces } from '../courses/places.ts';
import { CoursesThere } from './courses-there.tsx';
import { SettingsForm } from './settings-form.tsx';
import { Switching } from './switching.tsx';

const freshMs = 5_000;

/** The page. */
export default function PlacePage() {
  const { id } = useParams<{ readonly id: string }>();
  const places = usePlaces(freshMs);
  const connectors = useConnectors();
  const place = places.data?.find((one) => one.id === id);
  useTitle(place?.name ?? 'Connection', 'Courses');
  if (places.isPending || connectors.isPending) return <Loading title="Connection" />;
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
  const connector = connectors.data.find(({ name }) => name === place?.connector);
  if (place === undefined || connector === undefined)
    return <Missing text="This connection is not there any more." />;
  return <Shown key={place.id} place={place} connector={connector} />;
}

function Shown({ place, connector }: { readonly place: Place; readonly connector: Connector }) {
  const [search] = useSearchParams();
  const href = useHref();
  const isNew = search.has('new');
  return (
    <s-page heading={place.name}>
      <s-link slot="breadcrumb-actions" href={href('/courses')}>
        Courses
      </s-link>
      <s-section heading="Connection">
        <s-stack gap="base">
          <div className="row">
            <PlaceBadge state={place.state} />
            <span className="muted">{connector.title}</span>
          </div>
          {place.reason === null ? null : <p>{place.reason}</p>}
          <ConnectionTest destinationId={place.id} name={place.name} atOnce={isNew} />
          <Switching place={place} />
        </s-stack>
      </s-section>
      <SettingsForm place={place} connector={connector} />
      <CoursesThere place={place} />
    </s-page>
  );
}
