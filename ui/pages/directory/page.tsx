/** The users of the directory. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { download } from '../../api/download.ts';
import { announce } from '../../parts/announce.ts';
import { useHref } from '../../parts/href.ts';
import { useTitle } from '../../parts/title.ts';
import { useTenant } from '../../shell/tenant.ts';
import { ChosenCard } from './chosen-card.tsx';
import { emailOf, enterprise, nameOf, type User, usersPath } from './directory.ts';
import { type Chosen, chosenFrom, everybodyFound, mostChosen } from './many.ts';
import { type Found, Searched } from './searched.tsx';

/** The page. */
export default function UsersPage() {
  useTitle('Users', 'Directory');
  const href = useHref();
  const [chosen, setChosen] = useState<readonly Chosen[]>([]);
  const ids = new Set(chosen.map(({ id }) => id));
  const choose = (user: User, on: boolean) =>
    setChosen(on ? [...chosen, chosenFrom(user)] : chosen.filter(({ id }) => id !== user.id));
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
          <s-table-header>Choose</s-table-header>
          <s-table-header listSlot="primary">Name</s-table-header>
          <s-table-header listSlot="secondary">User name</s-table-header>
          <s-table-header>E-mail</s-table-header>
          <s-table-header>Department</s-table-header>
          <s-table-header>State</s-table-header>
        </s-table-header-row>
      }
      above={(found) => (
        <>
          <Choosing found={found} chosen={chosen} onChoose={setChosen} />
          <ChosenCard chosen={chosen} onChoose={setChosen} />
        </>
      )}
      row={(user) => <Row key={user.id} user={user} chosen={ids.has(user.id)} onChoose={choose} />}
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

interface ChoosingProps {
  readonly found: Found<User>;
  readonly chosen: readonly Chosen[];
  readonly onChoose: (chosen: readonly Chosen[]) => void;
}

/** Chooses the page that is shown, or everybody who was found: by name, so that who comes later is not among them. */
function Choosing({ found: { words, total, more, shown }, chosen, onChoose }: ChoosingProps) {
  const { tenantId } = useTenant();
  const [reading, setReading] = useState(false);
  const [fault, setFault] = useState('');
  const add = (users: readonly Chosen[]) =>
    onChoose([...new Map([...chosen, ...users].map((one) => [one.id, one])).values()]);
  const chooseAll = async () => {
    setReading(true);
    setFault('');
    try {
      add(await everybodyFound(`/tenants/${tenantId}`, words));
    } catch (error) {
      setFault(sentenceOf(error));
    } finally {
      setReading(false);
    }
  };
  if (shown.length === 0) return null;
  return (
    <div className="row">
      <s-button variant="tertiary" onClick={() => add(shown.map(chosenFrom))}>
        Choose {shown.length === total ? 'all' : 'these'} {shown.length}
      </s-button>
      {total > shown.length && !more && total <= mostChosen ? (
        <s-button variant="tertiary" loading={reading} onClick={() => void chooseAll()}>
          Choose all {total} found
        </s-button>
      ) : null}
      <p className="fault" role="alert">
        {fault}
      </p>
    </div>
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

interface RowProps {
  readonly user: User;
  readonly chosen: boolean;
  readonly onChoose: (user: User, on: boolean) => void;
}

function Row({ user, chosen, onChoose }: RowProps) {
  const href = useHref();
  const label = `Choose ${nameOf(user)}`;
  return (
    <s-table-row clickDelegate={`user-${user.id}`}>
      <s-table-cell>
        <s-checkbox
          label={label}
          accessibilityLabel={label}
          labelAccessibilityVisibility="exclusive"
          checked={chosen}
          onChange={({ currentTarget }) => onChoose(user, currentTarget.checked)}
        />
      </s-table-cell>
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
