/** Which applications somebody has. */
import { sentenceOf } from '../../api/client.ts';
import { useOwn } from './me.ts';

interface Applications {
  readonly applications: readonly { readonly name: string }[];
}

/** The card. */
export function ApplicationsCard() {
  const { data, error } = useOwn<Applications>('/applications');
  return (
    <s-section slot="aside" heading="Your applications">
      {data === undefined ? (
        <p>{error === null ? 'Loading…' : sentenceOf(error)}</p>
      ) : data.applications.length === 0 ? (
        <p className="muted">None yet. Your administrator assigns them.</p>
      ) : (
        <s-unordered-list>
          {data.applications.map(({ name }) => (
            <s-list-item key={name}>{name}</s-list-item>
          ))}
        </s-unordered-list>
      )}
    </s-section>
  );
}
