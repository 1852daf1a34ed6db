/** The page *People*: everybody on the roll, and how they stand. */
import { memo, useCallback, useDeferredValue, useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import { useAnswer } from '../../api/queries.ts';
import { useDestinations } from '../../parts/destinations.ts';
import { useHref } from '../../parts/href.ts';
import { Paged } from '../../parts/paged.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { Filters } from './filters.tsx';
import { Headers, Rows } from './list.tsx';
import { countWords, type Filter, isNarrowed, type Listed, type People } from './people.ts';

const perPage = 50;
const none: readonly Listed[] = [];
const freshMs = 5_000;

interface Named {
  readonly id: string;
  readonly name: string;
}

/** What the address asks for, without what it does not. */
function searchOf(filter: Filter, cursor: string | null): Record<string, string> {
  const all = { ...filter, cursor: cursor ?? '' };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** So many lines take a while: whoever presses or types is answered before them. */
const Lines = memo(Rows);

/** The page. */
export default function PeoplePage() {
  useTitle('People');
  const [search, setSearch] = useSearchParams();
  // The pages before, for going back: a page knows only the next one.
  const [passed, setPassed] = useState<readonly string[]>([]);
  const filter: Filter = {
    query: search.get('query') ?? '',
    state: search.get('state') ?? '',
    source: search.get('source') ?? '',
  };
  const cursor = search.get('cursor');
  const show = useCallback(
    (wanted: Filter) => {
      setPassed([]);
      setSearch(searchOf(wanted, null), { replace: true });
    },
    [setSearch],
  );
  const asked = new URLSearchParams({ limit: String(perPage), ...searchOf(filter, cursor) });
  const answer = useAnswer<People>(`/people?${asked}`, { everyMs: freshMs, keep: true });
  const sources = useAnswer<{ readonly sources: readonly Named[] }>('/sources');
  const destinations = useDestinations();
  const shown = useDeferredValue(answer.data?.people ?? none, none);
  const places = useMemo(
    () =>
      new Map(
        destinations.data?.map(({ id, name, state }) => [
          id,
          { name, working: state !== 'paused' },
        ]),
      ),
    [destinations.data],
  );
  if (answer.isPending) return <Loading title="People" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const { people, next } = answer.data;
  if (people.length === 0 && cursor === null && !isNarrowed(filter)) return <Nobody />;
  const forward = () => {
    setPassed([...passed, cursor ?? '']);
    setSearch(searchOf(filter, next));
  };
  const back = () => {
    setPassed(passed.slice(0, -1));
    setSearch(searchOf(filter, passed.at(-1) || null));
  };
  return (
    <s-page heading="People" inlineSize="large">
      <s-section padding="none" accessibilityLabel="People">
        <Paged
          next={next === null ? null : forward}
          previous={cursor === null ? null : back}
          loading={answer.isPlaceholderData}
        >
          <div slot="filters">
            <Filters filter={filter} sources={sources.data?.sources ?? []} onChange={show} />
            <p className="muted count" role="status">
              {countWords(answer.data)}
            </p>
          </div>
          <Headers />
          <s-table-body>
            <Lines people={shown} places={places} />
          </s-table-body>
        </Paged>
        {people.length > 0 ? null : (
          <s-empty-state heading="Nobody fits">
            <p>No one’s name, user name or e-mail address begins like that in this view.</p>
            <s-button
              slot="secondary-actions"
              onClick={() => show({ query: '', state: '', source: '' })}
            >
              Show all people
            </s-button>
          </s-empty-state>
        )}
      </s-section>
    </s-page>
  );
}

function Nobody() {
  const href = useHref();
  return (
    <s-page heading="People" inlineSize="large">
      <s-section accessibilityLabel="People">
        <s-empty-state heading="Nobody yet">
          <p>
            People appear here as soon as your identity provider sends them, or somebody buys a
            course.
          </p>
          <s-button slot="primary-action" variant="primary" href={href('/user-sync/scim')}>
            Connect your identity provider
          </s-button>
        </s-empty-state>
      </s-section>
    </s-page>
  );
}
