/** What happened to somebody, newest first, with each value as it was and as it is. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { useHref } from '../../parts/href.ts';
import { When } from '../../parts/when.tsx';
import { type Change, changesOf, type Line } from './line.ts';

const perStep = 20;
const most = 200;
const freshMs = 5_000;

/** The card. */
export function Timeline({ personId }: { readonly personId: string }) {
  const href = useHref();
  const [limit, setLimit] = useState(perStep);
  const { data, error } = useAnswer<{
    readonly activity: readonly Line[];
    readonly next: string | null;
  }>(`/activity?person=${personId}&limit=${limit}`, { everyMs: freshMs, keep: true });
  return (
    <s-section heading="Timeline">
      <s-button
        slot="secondary-actions"
        variant="tertiary"
        href={href(`/activity?person=${personId}`)}
      >
        All activity
      </s-button>
      {data !== undefined ? null : error === null ? (
        <p className="muted">Loading…</p>
      ) : (
        <p role="alert">{sentenceOf(error)}</p>
      )}
      {data?.activity.length === 0 ? (
        <p className="muted">Nothing is remembered of what happened to them.</p>
      ) : null}
      <ol className="timeline">
        {data?.activity.map((line) => (
          <TimelineLine key={line.id} line={line} />
        ))}
      </ol>
      {data?.next == null || limit >= most ? null : (
        <s-button onClick={() => setLimit(Math.min(limit + perStep * 2, most))}>Show more</s-button>
      )}
    </s-section>
  );
}

function TimelineLine({ line }: { readonly line: Line }) {
  const { summary, at, actor, outcome } = line;
  const changes = changesOf(line);
  const tone = outcome === 'done' ? '' : outcome === 'held' ? ' held' : ' bad';
  return (
    <li className={`event${tone}`}>
      <div className="event-head">
        <span className="wide">{summary}</span>
        <span className="muted">
          {actor === null ? null : `${actor} · `}
          <When at={at} />
        </span>
      </div>
      {changes.length === 0 ? null : <Changes changes={changes} />}
    </li>
  );
}

function Changes({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <details className="fold">
      <summary className="muted">
        {changes.length === 1 ? '1 change' : `${changes.length} changes`}
      </summary>
      <ul className="changes">
        {changes.map(({ name, before, after }) => (
          <li key={name}>
            <code>{name}</code>
            <span>
              {before === '' ? <span className="muted">empty</span> : <del>{before}</del>}
              <span className="muted" aria-hidden="true">
                {' → '}
              </span>
              <span className="visually-hidden"> became </span>
              {after === '' ? <span className="muted">empty</span> : <ins>{after}</ins>}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
