/** How each destination does, in a few lines. */
import { DestinationBadge } from '../../parts/destination-state.tsx';
import { durationWords } from '../../parts/duration.ts';
import { useHref } from '../../parts/href.ts';
import { When } from '../../parts/when.tsx';
import type { Health } from './overview.ts';

/** The card. */
export function HealthCard({ destinations }: { readonly destinations: readonly Health[] }) {
  return (
    <s-section heading="Destinations">
      {destinations.length === 0 ? (
        <p className="muted">
          None yet. People are kept here until a store or an LMS is connected.
        </p>
      ) : (
        <ul className="plain divided">
          {destinations.map((health) => (
            <li key={health.id}>
              <Line health={health} />
            </li>
          ))}
        </ul>
      )}
    </s-section>
  );
}

function Line({ health }: { readonly health: Health }) {
  const href = useHref();
  const { id, name, backlog, lastSuccessAt, allowanceUsed } = health;
  return (
    <div className="wide narrow-stack">
      <div className="title-line">
        <s-link href={href(`/settings/destinations/${id}`)}>{name}</s-link>
        <DestinationBadge {...health} busy={backlog.count > 0} />
      </div>
      <p className="muted">
        {backlogWords(health)}
        {' · '}
        {lastSuccessAt === null ? (
          'nothing written yet'
        ) : (
          <>
            last success <When at={lastSuccessAt} />
          </>
        )}
      </p>
      {allowanceUsed === null ? null : <Allowance used={allowanceUsed} />}
    </div>
  );
}

function backlogWords({ backlog: { count, exact }, oldestWaitingMs }: Health): string {
  if (count === 0) return 'Nobody waits';
  const who = `${count.toLocaleString()}${exact ? '' : '+'} waiting`;
  return oldestWaitingMs === null
    ? who
    : `${who}, the longest for ${durationWords(oldestWaitingMs)}`;
}

/** How much of what came back in the last hour was spent. */
function Allowance({ used }: { readonly used: number }) {
  const percent = Math.round(Math.min(1, used) * 100);
  return (
    <div className="measure">
      <s-progress
        value={percent}
        max={100}
        accessibilityLabel={`${percent} % of the requests allowed in the last hour were used`}
      />
      <span className="muted">{percent} % of allowance</span>
    </div>
  );
}
