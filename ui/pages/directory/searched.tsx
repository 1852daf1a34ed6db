/** A list of the directory that is searched as one types, and read page by page. */
import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { useAnswer } from '../../api/queries.ts';
import { Paged } from '../../parts/paged.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { foundWords, type Listed, perPage } from './directory.ts';
import { DirectoryTabs } from './tabs.tsx';

/** What a search found. */
export interface Found<Resource> {
  readonly words: string;
  readonly total: number;
  /** There are more than were counted. */
  readonly more: boolean;
  /** Those of the page that is shown. */
  readonly shown: readonly Resource[];
}

interface SearchedProps<Resource> {
  readonly title: 'Users' | 'Groups';
  readonly searchLabel: string;
  readonly pathOf: (words: string, startIndex: number) => string;
  readonly action: ReactNode;
  readonly headers: ReactNode;
  readonly row: (resource: Resource) => ReactNode;
  /** Above what was found: what can be done with it. */
  readonly above?: (found: Found<Resource>) => ReactNode;
  /** What is shown while there is none at all. */
  readonly empty: ReactNode;
}

/** The list, as a page of its own. */
export function Searched<Resource>(props: SearchedProps<Resource>) {
  const { title, searchLabel, pathOf, action, headers, row, above, empty } = props;
  const [search, setSearch] = useSearchParams();
  const words = search.get('query') ?? '';
  const startIndex = Number(search.get('from') ?? '1') || 1;
  const answer = useAnswer<Listed<Resource>>(pathOf(words, startIndex), { keep: true });
  if (answer.isPending) return <Loading title={title} />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const { totalResults, more = false, Resources = [] } = answer.data;
  const show = (query: string, from: number) =>
    setSearch(
      { ...(query === '' ? {} : { query }), ...(from === 1 ? {} : { from: String(from) }) },
      { replace: from === startIndex || query !== words },
    );
  const nothing = totalResults === 0 && words === '';
  const last = startIndex + perPage > totalResults;
  return (
    <s-page heading={title} inlineSize="large">
      {action}
      <DirectoryTabs here={title === 'Users' ? '/directory' : '/directory/groups'} />
      <s-section padding="none" accessibilityLabel={title}>
        {nothing ? (
          empty
        ) : (
          <Paged
            next={last ? null : () => show(words, startIndex + perPage)}
            previous={
              startIndex === 1 ? null : () => show(words, Math.max(1, startIndex - perPage))
            }
            loading={answer.isPlaceholderData}
          >
            <div slot="filters">
              <s-search-field
                label={searchLabel}
                labelAccessibilityVisibility="exclusive"
                placeholder={searchLabel}
                value={words}
                onInput={({ currentTarget }) => show(currentTarget.value, 1)}
              />
              <p className="muted count" role="status">
                {foundWords(answer.data)}
              </p>
              {above?.({ words, total: totalResults, more, shown: Resources })}
            </div>
            {headers}
            <s-table-body>{Resources.map(row)}</s-table-body>
          </Paged>
        )}
      </s-section>
    </s-page>
  );
}
