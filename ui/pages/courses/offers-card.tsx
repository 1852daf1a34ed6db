/** The card with the offers: what is sold, and what it gives. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import type { Destination } from '../../parts/destinations.ts';
import { useHref } from '../../parts/href.ts';
import { type CourseName, useCourseName } from './catalogue.ts';
import { accessWords, type Offer, useOffers } from './offers.ts';
import { type SoldName, useSoldName } from './sold.ts';

/** The card. */
export function OffersCard({ destinations }: { readonly destinations: readonly Destination[] }) {
  const [which, setWhich] = useState<'in force' | 'withdrawn too'>('in force');
  const href = useHref();
  const { data: offers, error, isPending, refetch } = useOffers(which);
  const courseName = useCourseName(
    (offers ?? []).flatMap(({ terms }) => terms.courses.map(({ destination }) => destination)),
  );
  const soldName = useSoldName((offers ?? []).map(({ terms }) => terms.match));
  const toggle = (
    <s-button
      slot="secondary-actions"
      variant="tertiary"
      onClick={() => setWhich(which === 'in force' ? 'withdrawn too' : 'in force')}
    >
      {which === 'in force' ? 'Show withdrawn' : 'Hide withdrawn'}
    </s-button>
  );
  if (isPending)
    return (
      <s-section heading="Offers">
        <s-spinner accessibilityLabel="Loading the offers" />
      </s-section>
    );
  if (offers === undefined)
    return (
      <s-section heading="Offers">
        <p role="alert">{sentenceOf(error)}</p>
        <s-button onClick={() => void refetch()}>Try again</s-button>
      </s-section>
    );
  if (offers.length === 0)
    return (
      <s-section heading="Offers">
        {toggle}
        <s-empty-state heading="No offer yet">
          <s-text slot="subheading">
            An offer says which product gives which course, and for how long.
          </s-text>
          <s-button slot="primary-action" variant="primary" href={href('/courses/offers/new')}>
            Create offer
          </s-button>
        </s-empty-state>
      </s-section>
    );
  return (
    <s-section heading="Offers" padding="none">
      {toggle}
      <s-table>
        <s-table-header-row>
          <s-table-header listSlot="primary">Offer</s-table-header>
          <s-table-header listSlot="labeled">Sold as</s-table-header>
          <s-table-header listSlot="labeled">Gives</s-table-header>
          <s-table-header listSlot="labeled">Access</s-table-header>
        </s-table-header-row>
        <s-table-body>
          {offers.map((offer) => (
            <Row
              key={offer.id}
              offer={offer}
              courseName={courseName}
              soldName={soldName}
              destinations={destinations}
            />
          ))}
        </s-table-body>
      </s-table>
    </s-section>
  );
}

interface RowProps {
  readonly offer: Offer;
  readonly courseName: CourseName;
  readonly soldName: SoldName;
  readonly destinations: readonly Destination[];
}

function Row({
  offer: { id, name, terms, validUntil },
  courseName,
  soldName,
  destinations,
}: RowProps) {
  const href = useHref();
  return (
    <s-table-row clickDelegate={`offer-${id}`}>
      <s-table-cell>
        <span>
          <s-link id={`offer-${id}`} href={href(`/courses/offers/${id}`)}>
            {name}
          </s-link>
          {validUntil === null ? null : (
            <>
              {' '}
              <s-badge>Withdrawn</s-badge>
            </>
          )}
        </span>
      </s-table-cell>
      <s-table-cell>{soldName(terms.match)}</s-table-cell>
      <s-table-cell>
        {terms.courses
          .map(({ destination, membership }) =>
            destinations.some(({ id: known }) => known === destination)
              ? courseName(destination, membership)
              : `${membership} (its connection was removed)`,
          )
          .join(', ')}
      </s-table-cell>
      <s-table-cell>{accessWords(terms)}</s-table-cell>
    </s-table-row>
  );
}
