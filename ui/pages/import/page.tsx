/** The page *Import*: the customers there are, matched with the roll before anything is done about them. */
import { useAnswer } from '../../api/queries.ts';
import { type Destination, useConnectors, useDestinations } from '../../parts/destinations.ts';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { Accounts } from './accounts.tsx';
import { Decisions } from './decisions.tsx';
import type { Import } from './imports.ts';
import { RunCard } from './run-card.tsx';

const freshMs = 2_000;

/** The page. */
export default function ImportPage() {
  useTitle('Import');
  const href = useHref();
  const destinations = useDestinations();
  const connectors = useConnectors();
  if (destinations.isPending || connectors.isPending) return <Loading title="Import" />;
  if (destinations.data === undefined || connectors.data === undefined)
    return (
      <Failure
        error={destinations.error ?? connectors.error}
        retry={() => {
          void destinations.refetch();
          void connectors.refetch();
        }}
      />
    );
  const shops = connectors.data.filter(({ sells }) => sells).map(({ name }) => name);
  const shop = destinations.data.find(({ connector }) => shops.includes(connector));
  if (shop === undefined)
    return (
      <s-page heading="Import">
        <s-section>
          <s-empty-state heading="No store is connected">
            <s-text slot="subheading">Customers can be read once there is a store.</s-text>
            <s-button slot="primary-action" href={href('/settings')}>
              To the settings
            </s-button>
          </s-empty-state>
        </s-section>
      </s-page>
    );
  return <Shown shop={shop} />;
}

function Shown({ shop }: { readonly shop: Destination }) {
  const answer = useAnswer<{ readonly imports: readonly Import[] }>(
    `/destinations/${shop.id}/imports`,
    { everyMs: freshMs },
  );
  if (answer.isPending) return <Loading title="Import" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const [latest] = answer.data.imports;
  return (
    <s-page heading="Import">
      <RunCard shop={shop} latest={latest} />
      <Decisions shop={shop} />
      {latest === undefined || latest.read === 0 ? null : (
        <Accounts key={latest.id} shop={shop} latest={latest} />
      )}
    </s-page>
  );
}
