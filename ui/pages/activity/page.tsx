/** The page *Activity*: everything that was asked, decided and done. */
import { useCallback, useState } from 'react';
import { useSearchParams } from 'wouter';
import { sentenceOf } from '../../api/client.ts';
import { download } from '../../api/download.ts';
import { useAnswer } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { Offline } from '../../parts/offline.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { useTitle } from '../../parts/title.ts';
import { Turn } from '../../parts/turn.tsx';
import { useTenant } from '../../shell/tenant.ts';
import { Filters } from './filters.tsx';
import { LogLine } from './line.tsx';
import { anything, type Filter, filterOf, type Log, queryOf, searchOf } from './log.ts';
import { activityTabs } from './tabs.ts';

const perPage = 50;
const everyMs = 5_000;

interface Destinations {
  readonly destinations: readonly { readonly id: string; readonly name: string }[];
}

/** The page. */
export default function ActivityPage() {
  useTitle('Activity');
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const cursor = search.get('cursor');
  const show = useCallback(
    (wanted: Filter) => setSearch(searchOf(wanted), { replace: true }),
    [setSearch],
  );
  const asked = new URLSearchParams({
    ...{ limit: String(perPage), ...queryOf(filter) },
    ...(cursor === null ? {} : { cursor }),
  });
  // Older pages do not change.
  const reading = cursor === null ? { everyMs, keep: true } : { keep: true };
  const answer = useAnswer<Log>(`/activity?${asked}`, reading);
  const destinations = useAnswer<Destinations>('/destinations');
  if (answer.isPending) return <Loading title="Activity" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const { activity, next } = answer.data;
  const narrowed = Object.values(filter).some((value) => value !== '');
  return (
    <s-page heading="Activity" inlineSize="large">
      <Download filter={filter} />
      <Offline error={answer.error} retry={() => void answer.refetch()} />
      <Tabs label="Activity" tabs={activityTabs} current="/activity" />
      <s-section accessibilityLabel="What happened">
        <div className="stack">
          <Filters
            filter={filter}
            destinations={destinations.data?.destinations ?? []}
            onChange={show}
          />
          {filter.person === '' ? null : (
            <p>
              Only what concerns one person.{' '}
              <s-link onClick={() => show({ ...filter, person: '' })}>Show everybody</s-link>
            </p>
          )}
          <ol className="divided log" aria-busy={answer.isPlaceholderData}>
            {activity.map((line) => (
              <LogLine key={line.id} line={line} />
            ))}
          </ol>
          {activity.length === 0 ? (
            <Empty narrowed={narrowed} showAll={() => show(anything)} />
          ) : null}
          <Turn
            next={next === null ? null : () => setSearch(searchOf(filter, next))}
            first={cursor === null ? null : () => show(filter)}
          />
        </div>
      </s-section>
    </s-page>
  );
}

function Empty({
  narrowed,
  showAll,
}: {
  readonly narrowed: boolean;
  readonly showAll: () => void;
}) {
  if (!narrowed)
    return (
      <s-empty-state heading="Nothing happened yet">
        <p>
          What your identity provider sends, what is bought, what anybody decides here, and what
          becomes of it is written down on this page.
        </p>
      </s-empty-state>
    );
  return (
    <s-empty-state heading="Nothing fits">
      <p>Nothing that is remembered fits all that you look for.</p>
      <s-button slot="secondary-actions" onClick={showAll}>
        Show all activity
      </s-button>
    </s-empty-state>
  );
}

/** All that is looked for, on every page of it, as a file. */
function Download({ filter }: { readonly filter: Filter }) {
  const { tenantId } = useTenant();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const press = async () => {
    setBusy(true);
    setFault('');
    try {
      const query = new URLSearchParams(queryOf(filter));
      const name = `activity-${new Date().toISOString().slice(0, 10)}.csv`;
      await download(`/tenants/${tenantId}/activity.csv?${query}`, name);
      announce('The file was saved');
    } catch (error) {
      setFault(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <s-button slot="secondary-actions" loading={busy} onClick={() => void press()}>
        Download CSV
      </s-button>
      {fault === '' ? null : (
        <s-banner tone="critical" heading="The file could not be made">
          {fault}
        </s-banner>
      )}
    </>
  );
}
