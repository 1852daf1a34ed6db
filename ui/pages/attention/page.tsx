/** The page with orders that wait for somebody: who learns from them, or what a refund means. */
import { useState } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { useCourseName } from '../courses/catalogue.ts';
import { DecisionCard } from './decision-card.tsx';
import { decisionsOf, type Right } from './rights.ts';

const freshMs = 5_000;
const pageSize = 50;
const mostShown = 200;

/** The page. */
export default function AttentionPage() {
  useTitle('Orders that need attention', 'Courses');
  const href = useHref();
  const [limit, setLimit] = useState(pageSize);
  const answer = useAnswer<{ readonly grants: readonly Right[] }>(
    `/grants?attention=true&limit=${limit}`,
    { everyMs: freshMs, keep: true },
  );
  const rights = answer.data?.grants;
  const courseName = useCourseName((rights ?? []).map(({ destinationId }) => destinationId));
  if (answer.isPending) return <Loading title="Orders that need attention" />;
  if (rights === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const decisions = decisionsOf(rights);
  return (
    <s-page heading="Orders that need attention" inlineSize="small">
      <s-link slot="breadcrumb-actions" href={href('/courses')}>
        Courses
      </s-link>
      {decisions.length === 0 ? (
        <s-section>
          <s-empty-state heading="Nothing waits for you">
            <s-text slot="subheading">
              Orders appear here when nobody can tell who learns from them, or what a refund means.
            </s-text>
            <s-button slot="primary-action" href={href('/courses')}>
              To the courses
            </s-button>
          </s-empty-state>
        </s-section>
      ) : (
        decisions.map((decision) => (
          <DecisionCard key={decision.key} decision={decision} courseName={courseName} />
        ))
      )}
      {rights.length === limit && limit < mostShown ? (
        <div>
          <s-button loading={answer.isPlaceholderData} onClick={() => setLimit(limit + pageSize)}>
            Show more
          </s-button>
        </div>
      ) : null}
    </s-page>
  );
}
