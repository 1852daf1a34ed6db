/** The page of an offer: what product gives which courses, for how long. */
import { useParams, useSearchParams } from 'wouter';
import { useAnswer } from '../../api/queries.ts';
import {
  type Connector,
  type Destination,
  lmsOf,
  useConnectors,
  useDestinations,
} from '../../parts/destinations.ts';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { When } from '../../parts/when.tsx';
import type { Offer } from '../courses/offers.ts';
import { Editor } from './editor.tsx';
import { VersionsCard } from './versions-card.tsx';
import { WithdrawCard } from './withdraw.tsx';

/** The page. */
export default function OfferPage() {
  const { id } = useParams<{ readonly id: string }>();
  const [search] = useSearchParams();
  const like = search.get('like');
  const known = id === 'new' ? like : id;
  const offer = useAnswer<Offer>(`/offers/${known}`, { enabled: known !== null });
  const destinations = useDestinations();
  const connectors = useConnectors();
  const isNew = id === 'new';
  useTitle(isNew ? 'New offer' : (offer.data?.name ?? 'Offer'), 'Courses');
  const error = offer.error ?? destinations.error ?? connectors.error;
  if (error !== null && (offer.data === undefined || destinations.data === undefined))
    return (
      <Failure
        error={error}
        retry={() => {
          void offer.refetch();
          void destinations.refetch();
          void connectors.refetch();
        }}
      />
    );
  if (destinations.data === undefined || connectors.data === undefined)
    return <Loading title="Offer" />;
  if (known !== null && offer.data === undefined) return <Loading title="Offer" />;
  const held = lmsFirst(destinations.data, connectors.data);
  if (isNew) return <NewOffer like={offer.data ?? null} destinations={held} />;
  return offer.data === undefined ? null : <Shown offer={offer.data} destinations={held} />;
}

/** Where a course can be picked: at the shop there are customer tags. */
function lmsFirst(
  destinations: readonly Destination[],
  connectors: readonly Connector[],
): readonly Destination[] {
  const lms = lmsOf(destinations, connectors);
  return [...lms, ...destinations.filter((destination) => !lms.includes(destination))];
}

interface NewOfferProps {
  readonly like: Offer | null;
  readonly destinations: readonly Destination[];
}

function NewOffer({ like, destinations }: NewOfferProps) {
  return (
    <s-page heading="New offer">
      <BackToCourses />
      <Editor offer={null} like={like} destinations={destinations} />
      <s-section slot="aside" heading="What an offer does">
        <p className="muted">
          Once it is saved, whoever buys is enrolled within seconds of paying. Orders of before are
          not touched, unless you apply the offer to them.
        </p>
      </s-section>
    </s-page>
  );
}

interface ShownProps {
  readonly offer: Offer;
  readonly destinations: readonly Destination[];
}

function Shown({ offer, destinations }: ShownProps) {
  const [search] = useSearchParams();
  const href = useHref();
  const { id, name, version, validFrom, validUntil } = offer;
  if (validUntil !== null)
    return (
      <s-page heading={name}>
        <BackToCourses />
        <s-section heading="This offer was withdrawn">
          <div className="stack">
            <p>
              Orders follow it no more since <When at={validUntil} />. Whoever bought before keeps
              what they have.
            </p>
            <div>
              <s-button href={href(`/courses/offers/new?like=${id}`)}>Make one like it</s-button>
            </div>
          </div>
        </s-section>
        <VersionsCard offer={offer} />
      </s-page>
    );
  return (
    <s-page heading={name}>
      <BackToCourses />
      {search.has('saved') ? (
        <s-banner tone="success" heading="Saved: it counts for orders from now on" dismissible>
          <p>Earlier orders are not touched, unless you apply the offer to them.</p>
          <s-button slot="secondary-actions" href={href(`/courses/earlier?offer=${id}`)}>
            Apply to earlier orders
          </s-button>
        </s-banner>
      ) : null}
      <Editor key={version} offer={offer} destinations={destinations} />
      <div slot="aside" className="stack">
        <s-section heading="In force">
          <p className="muted">
            Version {version}, made <When at={validFrom} />. A change counts for orders that are
            placed from then on; earlier ones keep the version they were placed under.
          </p>
        </s-section>
        <VersionsCard offer={offer} />
        <WithdrawCard offer={offer} />
      </div>
    </s-page>
  );
}

function BackToCourses() {
  const href = useHref();
  return (
    <s-link slot="breadcrumb-actions" href={href('/courses')}>
      Courses
    </s-link>
  );
}
