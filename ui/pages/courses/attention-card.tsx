/** Says when orders wait for somebody. */
import { useAnswer } from '../../api/queries.ts';
import { useHref } from '../../parts/href.ts';

interface Waiting {
  readonly attention: readonly {
    readonly kind: string;
    readonly count: number;
    readonly about: string;
  }[];
}

const freshMs = 10_000;

/** The banner; nothing while nothing waits. */
export function AttentionCard() {
  const href = useHref();
  const { data } = useAnswer<Waiting>('/overview', { everyMs: freshMs });
  const all = data?.attention ?? [];
  const asked = all
    .filter(({ kind }) => kind === 'orders-held' || kind === 'orders-asked')
    .reduce((sum, { count }) => sum + count, 0);
  const unread = all.find(({ kind }) => kind === 'orders-unread');
  return (
    <>
      {unread === undefined ? null : (
        <s-banner tone="critical" heading="New orders cannot be read">
          <p>{unread.about}</p>
        </s-banner>
      )}
      {asked === 0 ? null : (
        <s-banner
          tone="warning"
          heading={
            asked === 1 ? 'One order needs your decision' : `${asked} courses need your decision`
          }
        >
          <p>Nobody is enrolled for them, or loses a course, before you decide.</p>
          <s-button slot="secondary-actions" href={href('/courses/attention')}>
            Decide
          </s-button>
        </s-banner>
      )}
    </>
  );
}
