/** The page *Attribute mapping and groups*: who is where, with which fields, and what leaving means. */
import { useSearchParams } from 'wouter';
import { useAnswer } from '../../api/queries.ts';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { Editor } from './editor.tsx';
import type { Form } from './policy.ts';

interface Destination {
  readonly id: string;
  readonly name: string;
  readonly connector: string;
}

const heading = 'Attribute mapping and groups';

/** The page. */
export default function MappingPage() {
  useTitle('Mapping', 'User sync');
  const [search, setSearch] = useSearchParams();
  const answer = useAnswer<{ readonly destinations: readonly Destination[] }>('/destinations');
  if (answer.isPending) return <Loading title={heading} />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const destinations = shopFirst(answer.data.destinations);
  const destination =
    destinations.find(({ id }) => id === search.get('destination')) ?? destinations[0];
  if (destination === undefined) return <Nowhere />;
  return (
    <s-page heading={heading} inlineSize="large">
      {destinations.length < 2 ? null : (
        <s-select
          label="Destination"
          value={destination.id}
          onChange={({ currentTarget }) => setSearch({ destination: currentTarget.value ?? '' })}
        >
          {destinations.map(({ id, name }) => (
            <s-option key={id} value={id}>
              {name}
            </s-option>
          ))}
        </s-select>
      )}
      <Of key={destination.id} destinationId={destination.id} />
    </s-page>
  );
}

function Of({ destinationId }: { readonly destinationId: string }) {
  const answer = useAnswer<Form>(`/destinations/${destinationId}/policy`);
  if (answer.isPending)
    return (
      <div className="loading">
        <s-spinner accessibilityLabel="Loading" size="large" />
      </div>
    );
  if (answer.data === undefined)
    return (
      <s-banner tone="critical" heading="This could not be loaded">
        <p>{answer.error.message}</p>
        <s-button slot="secondary-actions" onClick={() => void answer.refetch()}>
          Try again
        </s-button>
      </s-banner>
    );
  return <Editor destinationId={destinationId} form={answer.data} />;
}

function Nowhere() {
  const href = useHref();
  return (
    <s-page heading={heading}>
      <s-section accessibilityLabel={heading}>
        <s-empty-state heading="No destination yet">
          <p>
            Once a store or a learning management system is connected, you say here what it gets.
          </p>
          <s-button slot="primary-action" variant="primary" href={href('/courses/connect')}>
            Connect one
          </s-button>
        </s-empty-state>
      </s-section>
    </s-page>
  );
}

function shopFirst(destinations: readonly Destination[]): readonly Destination[] {
  const rank = ({ connector }: Destination) => (connector === 'shopify' ? 0 : 1);
  return destinations.toSorted((one, other) => rank(one) - rank(other));
}
