/** The applications that people of the directory are brought to. */

import { DestinationBadge } from '../../parts/destination-state.tsx';
import { lmsOf, titleOf, useConnectors, useDestinations } from '../../parts/destinations.ts';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';

const freshMs = 5_000;

/** The page. */
export default function ApplicationsPage() {
  useTitle('Applications');
  const href = useHref();
  const destinations = useDestinations(freshMs);
  const connectors = useConnectors();
  if (destinations.isPending || connectors.isPending) return <Loading title="Applications" />;
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
  const applications = lmsOf(destinations.data, connectors.data);
  const add = href('/applications/new');
  return (
    <s-page heading="Applications" inlineSize="large">
      <s-button slot="primary-action" variant="primary" href={add}>
        Add application
      </s-button>
      <s-section padding="none" accessibilityLabel="Applications">
        {applications.length === 0 ? (
          <s-empty-state heading="No applications yet">
            <p>
              An application takes people by SCIM 2.0: another store, a help desk, a learning
              platform.
            </p>
            <s-button slot="primary-action" variant="primary" href={add}>
              Add application
            </s-button>
          </s-empty-state>
        ) : (
          <s-table>
            <s-table-header-row>
              <s-table-header listSlot="primary">Name</s-table-header>
              <s-table-header>Kind</s-table-header>
              <s-table-header>State</s-table-header>
            </s-table-header-row>
            <s-table-body>
              {applications.map(({ id, name, connector, state, pausedUntil }) => (
                <s-table-row key={id} clickDelegate={`application-${id}`}>
                  <s-table-cell>
                    <s-link id={`application-${id}`} href={href(`/applications/${id}`)}>
                      {name}
                    </s-link>
                  </s-table-cell>
                  <s-table-cell>{titleOf(connectors.data, connector)}</s-table-cell>
                  <s-table-cell>
                    <DestinationBadge state={state} pausedUntil={pausedUntil} busy={false} />
                  </s-table-cell>
                </s-table-row>
              ))}
            </s-table-body>
          </s-table>
        )}
      </s-section>
    </s-page>
  );
}
