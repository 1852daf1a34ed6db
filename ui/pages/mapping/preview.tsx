/** What a policy makes of a real person, kept up while it is edited. */
import { sentenceOf } from '../../api/client.ts';
import { useHref } from '../../parts/href.ts';
import { useCourseName } from '../courses/catalogue.ts';
import { PersonPicker, type Somebody } from './person-picker.tsx';
import { type Fields, wordsOfField } from './policy.ts';
import type { Reason, Tried } from './try.ts';

interface PreviewProps {
  readonly destinationId: string;
  readonly person: Somebody | null;
  readonly tried: Tried | undefined;
  readonly error: unknown;
  readonly fields: Pick<Fields, 'attributes' | 'otherAttributes'>;
  readonly onPick: (person: Somebody) => void;
}

/** The card beside the form. */
export function Preview({ destinationId, person, tried, error, fields, onPick }: PreviewProps) {
  const href = useHref();
  return (
    <s-section heading="How it looks for somebody">
      <div className="stack">
        <PersonPicker onPick={onPick} />
        {person === null ? (
          <p className="muted">Once somebody is here, you see what becomes of them.</p>
        ) : (
          <p>
            <s-link href={href(`/people/${person.id}`)}>{person.name}</s-link>
          </p>
        )}
        {error === null || error === undefined ? null : (
          <p className="fault" role="alert">
            {sentenceOf(error)}
          </p>
        )}
        {tried === undefined || person === null ? null : (
          <Account destinationId={destinationId} tried={tried} fields={fields} />
        )}
      </div>
    </s-section>
  );
}

interface AccountProps {
  readonly destinationId: string;
  readonly tried: Tried;
  readonly fields: PreviewProps['fields'];
}

function Account({ destinationId, tried, fields }: AccountProps) {
  const nameOf = useCourseName([destinationId]);
  const { scope, email, active, attributes, memberships, refusals } = tried;
  if (!scope.covered)
    return (
      <s-banner tone="warning" heading="Not included">
        <p>They are not among the people of this destination: {scope.why}.</p>
      </s-banner>
    );
  return (
    <>
      {refusals.length === 0 ? null : (
        <s-banner tone="warning" heading="Would not be taken">
          <ul className="plain">
            {refusals.map(({ message }) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        </s-banner>
      )}
      <dl className="told" aria-label="The account">
        <div>
          <dt>E-mail</dt>
          <dd>{email ?? <span className="muted">none, and so no account</span>}</dd>
        </div>
        <div>
          <dt>State</dt>
          <dd>{active ? 'Active' : 'Inactive'}</dd>
        </div>
        {attributes.map(({ to, result, transformed }) => (
          <div key={to}>
            <dt>{wordsOfField(fields, to).label}</dt>
            <dd>{result ?? transformed ?? <span className="muted">empty</span>}</dd>
          </div>
        ))}
      </dl>
      {memberships.length === 0 ? null : (
        <dl className="told" aria-label="What they are given">
          {memberships.map(({ membership, reason }) => (
            <div key={`${membership} ${JSON.stringify(reason)}`}>
              <dt>{wordsOf(reason)}</dt>
              <dd>{nameOf(destinationId, membership)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function wordsOf(reason: Reason): string {
  switch (reason.kind) {
    case 'everybody':
      return 'As everybody';
    case 'group':
      return `As a member of ${reason.group.name}`;
    case 'filter':
      return `As somebody with ${reason.filter}`;
    case 'source':
      return 'By where they come from';
    default:
      return `By ${reason.words}`;
  }
}
