/**
 * The page *Import*: the customers there are, or the users of an application, matched with the roll before anything is
 * done about them.
 */
import { useSearchParams } from 'wouter';
import { useAnswer } from '../../api/queries.ts';
import { useConnectors, useDestinations } from '../../parts/destinations.ts';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading, Missing } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { Accounts } from './accounts.tsx';
import { Decisions } from './decisions.tsx';
import { atApplication, atStore, type Import, type There } from './imports.ts';
import { RunCard } from './run-card.tsx';

const freshMs = 2_000;

/** The page. */
export default function ImportPage() {
  useTitle('Import');
  const href = useHref();
  const [search] = useSearchParams();
  const asked = search.get('destination');
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
  if (asked !== null && asked !== shop?.id) {
    const application = destinations.data.find(({ id }) => id === asked);
    return application === undefined ? (
      <Missing text="This application is not there any more." />
    ) : (
      <Shown key={asked} there={atApplication(application)} />
    );
  }
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
  return <Shown there={atStore(shop)} />;
}

function Shown({ there }: { readonly there: There }) {
  const href = useHref();
  const answer = useAnswer<{ readonly imports: readonly Import[] }>(
    `/destinations/${there.id}/imports`,
    { everyMs: freshMs },
  );
  if (answer.isPending) return <Loading title="Import" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const [latest] = answer.data.imports;
  return (
    <s-page heading="Import">
      {there.one === 'customer' ? null : (
        <s-link slot="breadcrumb-actions" href={href(`/applications/${there.id}`)}>
          Application
        </s-link>
      )}
      <RunCard there={there} latest={latest} />
      <Decisions there={there} />
      {latest === undefined || latest.read === 0 ? null : (
        <Accounts key={latest.id} there={there} latest={latest} />
      )}
    </s-page>
  );
}
