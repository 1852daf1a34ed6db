/** Users who were deleted, and can be restored. */
import { useLocation } from 'wouter';
import { sentenceOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { When } from '../../parts/when.tsx';
import { DirectoryTabs } from './tabs.tsx';

interface Deleted {
  readonly id: string;
  readonly userName: string;
  readonly displayName: string | null;
  readonly deletedAt: string;
  readonly deletedBy: string;
}

/** The page. */
export default function DeletedUsersPage() {
  useTitle('Deleted users', 'Directory');
  const [, go] = useLocation();
  const answer = useAnswer<{ readonly deleted: readonly Deleted[] }>('/directory/deleted-users');
  const restore = useChange<Deleted, { readonly id: string }>(({ id }) => ({
    path: `/directory/deleted-users/${id}/restore`,
    method: 'POST',
    body: {},
  }));
  if (answer.isPending) return <Loading title="Deleted users" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const { deleted } = answer.data;
  const press = (one: Deleted) =>
    restore.mutate(one, {
      onSuccess: ({ id }) => {
        announce(`${one.userName} was restored`);
        go(`/directory/users/${id}`);
      },
    });
  return (
    <s-page heading="Deleted users" inlineSize="large">
      <DirectoryTabs here="/directory/deleted" />
      <p className="fault" role="alert">
        {restore.isError ? sentenceOf(restore.error) : ''}
      </p>
      <s-section padding="none" accessibilityLabel="Deleted users">
        {deleted.length === 0 ? (
          <s-empty-state heading="Nobody was deleted">
            <p>
              Whoever is deleted can be restored here for 90 days, with their groups and
              applications.
            </p>
          </s-empty-state>
        ) : (
          <s-table>
            <s-table-header-row>
              <s-table-header listSlot="primary">User name</s-table-header>
              <s-table-header>Deleted</s-table-header>
              <s-table-header>By</s-table-header>
              <s-table-header>Restore</s-table-header>
            </s-table-header-row>
            <s-table-body>
              {deleted.map((one) => (
                <s-table-row key={one.id}>
                  <s-table-cell>{one.displayName ?? one.userName}</s-table-cell>
                  <s-table-cell>
                    <When at={one.deletedAt} />
                  </s-table-cell>
                  <s-table-cell>{one.deletedBy}</s-table-cell>
                  <s-table-cell>
                    <s-button
                      accessibilityLabel={`Restore ${one.userName}`}
                      loading={restore.isPending && restore.variables.id === one.id}
                      onClick={() => press(one)}
                    >
                      Restore
                    </s-button>
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
