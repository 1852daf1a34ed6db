/** The page on which an offer is applied to orders of before it was made: looked at first, and undone if need be. */
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { useOffers } from '../courses/offers.ts';
import { Choosing } from './choosing.tsx';
import { usePreview } from './preview.ts';
import { PreviewCard } from './preview-card.tsx';
import { Runs } from './runs.tsx';

/** The page. */
export default function EarlierPage() {
  useTitle('Earlier orders', 'Courses');
  const [search] = useSearchParams();
  const href = useHref();
  const offers = useOffers('withdrawn too');
  const { preview, begin, forget } = usePreview();
  /** How many orders there are in a run, as its preview counted them. */
  const [counted, setCounted] = useState<Readonly<Record<string, number>>>({});
  if (offers.isPending) return <Loading title="Earlier orders" />;
  if (offers.data === undefined)
    return <Failure error={offers.error} retry={() => void offers.refetch()} />;
  const inForce = offers.data.filter(({ validUntil }) => validUntil === null);
  return (
    <s-page heading="Earlier orders">
      <s-link slot="breadcrumb-actions" href={href('/courses')}>
        Courses
      </s-link>
      {inForce.length === 0 ? (
        <s-section>
          <s-empty-state heading="There is no offer yet">
            <s-text slot="subheading">
              Create an offer first; then it can be applied to orders of before.
            </s-text>
            <s-button slot="primary-action" variant="primary" href={href('/courses/offers/new')}>
              Create offer
            </s-button>
          </s-empty-state>
        </s-section>
      ) : (
        <Choosing
          offers={inForce}
          begin={search.get('offer')}
          busy={preview?.state === 'reading'}
          onPreview={(asked) => void begin(asked)}
          onChange={forget}
        />
      )}
      {preview === null ? null : (
        <PreviewCard
          preview={preview}
          onBegun={(id) => {
            setCounted({ ...counted, [id]: preview.orders });
            forget();
          }}
        />
      )}
      <Runs offers={offers.data} counted={counted} />
    </s-page>
  );
}
