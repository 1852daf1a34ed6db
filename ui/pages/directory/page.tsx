/** The users of the directory. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { download } from '../../api/download.ts';
import { announce } from '../../parts/announce.ts';
import { useHref } from '../../parts/href.ts';
import { useTitle } from '../../parts/title.ts';
import { useTenant } from '../../shell/tenant.ts';
import { emailOf, enterprise, nameOf, type User, usersPath } from './directory.ts';
import { Searched } from './searched.tsx';

/** The page. */
export default function UsersPage() {
  useTitle('Users', 'Directory');
  const href = useHref();
  return (
    <Searched<User>
      title="Users"
      searchLabel="Search users"
      pathOf={usersPath}
      action={
        <>
          <Export />
          <s-button slot="secondary-actions" href={href('/directory/import')}>
            Import
          </s-button>
          <s-button slot="primary-action" variant="primary" href={href('/directory/users/new')}>
            Add user
          </s-button>
        </>
      }
      headers={
        <s-table-header-row>
          <s-table-header listSlot="primary">Name</s-table-header>
          <s-table-header listSlot="secondary">User name</s-table-header>
          <s-table-header>E-mail</s-table-header>
          <s-table-header>Department</s-table-header>
          <s-table-header>State</s-table-header>
        </s-table-header-row>
      }
      row={(user) => <Row key={user.id} user={user} />}
      empty={
        <s-empty-state heading="No users yet">
          <p>
            Add the people whom this directory looks after: they sign in here and get applications
            by their groups.
          </p>
          <s-button slot="primary-action" variant="primary" href={href('/directory/users/new')}>
            Add user
          </s-button>
        </s-empty-state>
      }
    />
  );
}

/** Everybody as a file. */
function Export() {
  const { tenantId } = useTenant();
  const [fault, setFault] = useState('');
  const press = () =>
    download(`/tenants/${tenantId}/directory/users.csv`, 'users.csv').then(
      () => announce('The file was saved'),
      (error: unknown) => setFault(sentenceOf(error)),
    );
  return (
    <>
      <s-button slot="secondary-actions" onClick={() => void press()}>
        Export
      </s-button>
      {fault === '' ? null : <s-banner tone="critical">{fault}</s-banner>}
    </>
  );
}

function Row({ user }: { readonly user: User }) {
  const href = useHref();
  return (
    <s-table-row clickDelegate={`user-${user.id}`}>
      <s-table-cell>
        <s-link id={`user-${user.id}`} href={href(`/directory/users/${user.id}`)}>
          {nameOf(user)}
        </s-link>
      </s-table-cell>
      <s-table-cell>{user.userName}</s-table-cell>
      <s-table-cell>{emailOf(user)}</s-table-cell>
      <s-table-cell>{user[enterprise]?.department ?? ''}</s-table-cell>
      <s-table-cell>
        {user.active === false ? (
          <s-badge tone="warning">Suspended</s-badge>
        ) : (
          <s-badge tone="success">Active</s-badge>
        )}
      </s-table-cell>
    </s-table-row>
  );
}
