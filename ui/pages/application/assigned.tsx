/** Which groups have an application, by which policies. */
import { useHref } from '../../parts/href.ts';
import { type Application, useAppPolicies } from './application.ts';

/** The card. */
export function Assigned({ application }: { readonly application: Application }) {
  const href = useHref();
  const answer = useAppPolicies();
  const policies = answer.data?.policies.filter(
    ({ destinationId }) => destinationId === application.id,
  );
  return (
    <s-section heading="Who has it">
      <div className="narrow-stack">
        {application.policy.groups === null ? (
          <p>Everybody in the directory and of every connection: it has no App Login Policy.</p>
        ) : policies?.length === 0 ? (
          <p className="muted">Nobody yet: no App Login Policy gives a group this application.</p>
        ) : null}
        <ul className="plain divided">
          {policies?.map(({ id, name, group, groupId }) => (
            <li key={id}>
              <span className="wide">
                {group === null ? (
                  <b>A group that is gone</b>
                ) : (
                  <s-link href={href(`/directory/groups/${groupId}`)}>{group}</s-link>
                )}
                <br />
                <span className="muted">{name}</span>
              </span>
            </li>
          ))}
        </ul>
        <div>
          <s-button href={href(`/policies?add=${application.id}`)}>Add policy</s-button>
        </div>
      </div>
    </s-section>
  );
}
