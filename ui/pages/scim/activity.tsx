/** The latest lines of activity, newest first. */
import { When } from '../../parts/when.tsx';
import type { Line } from './source.ts';

/** The card. */
export function ActivityCard({ lines }: { readonly lines: readonly Line[] | undefined }) {
  return (
    <s-section heading="Latest activity">
      {lines === undefined ? <p className="muted">Loading…</p> : null}
      {lines?.length === 0 ? (
        <p className="muted">
          Nothing yet. What your identity provider sends, and what becomes of it, is listed here.
        </p>
      ) : null}
      <ol className="plain divided">
        {lines?.map(({ id, summary, at }) => (
          <li key={id}>
            <span className="wide">{summary}</span>
            <span className="muted">
              <When at={at} />
            </span>
          </li>
        ))}
      </ol>
    </s-section>
  );
}
