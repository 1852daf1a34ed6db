/** The groups that are made in an application: whether each is there, and if not, why. */
import { asSentence } from '../../parts/faults.ts';
import { useHref } from '../../parts/href.ts';
import { type Application, type GroupThere, useGroupsThere } from './application.ts';

const mostShown = 20;

/** The card; nothing where no groups are sent. */
export function GroupsThere({ application }: { readonly application: Application }) {
  const sends = application.policy.push !== null;
  const { data } = useGroupsThere(application.id, sends);
  const href = useHref();
  if (!sends || data === undefined) return null;
  const shown = data.groups.slice(0, mostShown);
  return (
    <s-section heading="Groups there">
      <div className="narrow-stack">
        {data.total === 0 ? (
          <p className="muted">None yet: they are made once the application is switched on.</p>
        ) : null}
        <ul className="plain divided" aria-label="Groups there">
          {shown.map((group) => (
            <li key={group.id}>
              <span className="wide">
                <s-link href={href(`/directory/groups/${group.id}`)}>{group.name}</s-link>
                {group.reason === null ? null : (
                  <div className="muted">{asSentence(group.reason)}</div>
                )}
              </span>
              <State group={group} />
            </li>
          ))}
        </ul>
        {data.total > shown.length ? (
          <p className="muted">and {(data.total - shown.length).toLocaleString()} more.</p>
        ) : null}
      </div>
    </s-section>
  );
}

function State({ group: { outcome, waiting, membership } }: { readonly group: GroupThere }) {
  if (outcome === 'held') return <s-badge tone="warning">On hold</s-badge>;
  if (outcome === 'rejected') return <s-badge tone="critical">Refused</s-badge>;
  if (outcome === 'failed') return <s-badge tone="warning">Tried again</s-badge>;
  return waiting || membership === null ? (
    <s-badge>Waiting</s-badge>
  ) : (
    <s-badge tone="success">There</s-badge>
  );
}
