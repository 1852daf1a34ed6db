/** The list of stores, for an operator who has more than one. */
import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/client.ts';
import { Failure, Loading } from '../parts/states.tsx';
import { useTitle } from '../parts/title.ts';

interface Store {
  readonly id: string;
  readonly name: string;
  readonly shopDomain: string | null;
}

/** The page. */
export function Stores() {
  useTitle('Stores');
  const stores = useQuery({
    queryKey: ['tenants'],
    queryFn: () => ask<{ readonly tenants: readonly Store[] }>('/tenants'),
  });
  if (stores.isPending) return <Loading title="Stores" />;
  if (stores.isError) return <Failure error={stores.error} retry={() => void stores.refetch()} />;
  const { tenants } = stores.data;
  return (
    <main>
      <s-page heading="Stores">
        {tenants.length === 0 ? (
          <s-section>
            <s-empty-state heading="No store yet">
              <p>Connect a store with “rollcall tenant add”, and it is listed here.</p>
            </s-empty-state>
          </s-section>
        ) : (
          <s-section padding="none">
            <s-table>
              <s-table-header-row>
                <s-table-header listSlot="primary">Store</s-table-header>
                <s-table-header listSlot="secondary">Shop</s-table-header>
              </s-table-header-row>
              <s-table-body>
                {tenants.map(({ id, name, shopDomain }) => (
                  <s-table-row key={id} clickDelegate={`store-${id}`}>
                    <s-table-cell>
                      <s-link id={`store-${id}`} href={`/admin/${encodeURIComponent(id)}`}>
                        {name}
                      </s-link>
                    </s-table-cell>
                    <s-table-cell>{shopDomain ?? 'no shop'}</s-table-cell>
                  </s-table-row>
                ))}
              </s-table-body>
            </s-table>
          </s-section>
        )}
      </s-page>
    </main>
  );
}
