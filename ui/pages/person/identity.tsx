/** Who says who somebody is, and what they said. */
import { CopyButton } from '../../parts/copy.tsx';
import { useHref } from '../../parts/href.ts';
import { When } from '../../parts/when.tsx';
import { attributesOf, type Person } from './person.ts';

/** The cards beside the page. */
export function Identity({ person }: { readonly person: Person }) {
  return (
    <>
      <Origin person={person} />
      {person.groups.length === 0 ? null : (
        <s-section heading="Groups">
          <ul className="badges">
            {person.groups.map(({ id, display, type }) => (
              <li key={id}>
                <s-badge>
                  {display ?? 'A group without a name'}
                  {type === 'indirect' ? ' (through another group)' : ''}
                </s-badge>
              </li>
            ))}
          </ul>
        </s-section>
      )}
      {person.attributes === null ? null : <Sent attributes={person.attributes} />}
    </>
  );
}

function Origin({ person }: { readonly person: Person }) {
  const { source, userName, email, createdAt, modifiedAt } = person;
  const href = useHref();
  return (
    <s-section heading="Who says so">
      <dl className="told">
        <div>
          <dt>From</dt>
          <dd>
            {source === null ? (
              'A connection that was removed'
            ) : source.kind === 'scim' ? (
              <s-link href={href(`/user-sync/scim?source=${encodeURIComponent(source.id)}`)}>
                {source.name}
              </s-link>
            ) : (
              source.name
            )}
          </dd>
        </div>
        <div>
          <dt>User name</dt>
          <dd>{userName}</dd>
        </div>
        {email === null || email === userName ? null : (
          <div>
            <dt>E-mail</dt>
            <dd>{email}</dd>
          </div>
        )}
        {createdAt === null ? null : (
          <div>
            <dt>First received</dt>
            <dd>
              <When at={createdAt} />
            </dd>
          </div>
        )}
        {modifiedAt === null ? null : (
          <div>
            <dt>Last change</dt>
            <dd>
              <When at={modifiedAt} />
            </dd>
          </div>
        )}
      </dl>
    </s-section>
  );
}

function Sent({ attributes }: { readonly attributes: Readonly<Record<string, unknown>> }) {
  return (
    <s-section heading="Attributes as they were sent">
      <div className="stack">
        <dl className="told">
          {attributesOf(attributes).map(([path, value]) => (
            <div key={`${path} ${value}`}>
              <dt>
                <code>{path}</code>
              </dt>
              <dd className="as-sent">{value}</dd>
            </div>
          ))}
        </dl>
        <div>
          <CopyButton label="Copy as JSON" text={JSON.stringify(attributes, null, 2)} />
        </div>
      </div>
    </s-section>
  );
}
