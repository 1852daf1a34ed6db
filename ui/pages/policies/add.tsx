/** The form by which a policy is added. */
import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { fieldId, Incomplete, useFaults } from '../../parts/faults.ts';
import type { Application } from '../application/application.ts';
import { useGroups } from '../directory/directory.ts';
import { PickGroup } from '../user/user-groups.tsx';

interface AddPolicyProps {
  readonly applications: readonly Application[];
  /** The application that is chosen already; empty: none. */
  readonly chosen: string;
  readonly onDone: () => void;
}

/** The card. */
export function AddPolicy({ applications, chosen, onDone }: AddPolicyProps) {
  const assignable = applications.filter(({ policy }) => policy.groups !== null);
  const [destinationId, setApplication] = useState(chosen);
  const [groupId, setGroup] = useState('');
  const [name, setName] = useState('');
  const [picking, setPicking] = useState(false);
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const [confirm, setConfirm] = useState<string | null>(null);
  const groups = useGroups();
  const group = groups.data?.Resources?.find(({ id }) => id === groupId);
  const add = useChange<void>(() => ({
    path: '/app-policies',
    method: 'POST',
    body: {
      ...{ name: name.trim(), destinationId, groupId, loginMethod: 'password' },
      confirm,
    },
  }));
  const faults = useFaults(['destinationId', 'groupId', 'name'], incomplete ?? add.error);
  const press = (event?: FormEvent) => {
    event?.preventDefault();
    const missing = [
      ...(destinationId === ''
        ? [{ field: 'destinationId', detail: 'Choose an application.' }]
        : []),
      ...(groupId === '' ? [{ field: 'groupId', detail: 'Choose a group.' }] : []),
      ...(name.trim() === '' ? [{ field: 'name', detail: 'A name is needed.' }] : []),
    ];
    setIncomplete(missing.length === 0 ? null : new Incomplete(missing));
    if (missing.length > 0 || add.isPending) return;
    add.mutate(undefined, {
      onSuccess: () => {
        announce(`${name.trim()} was added`);
        onDone();
      },
      onError: (error) => setConfirm(error instanceof ApiError ? error.confirm : null),
    });
  };
  return (
    <s-section heading="Add policy">
      <form className="stack" onSubmit={press} noValidate>
        <s-select
          id={fieldId('destinationId')}
          label="Application"
          placeholder="Choose an application"
          value={destinationId}
          error={faults.of('destinationId')}
          onChange={({ currentTarget }) => setApplication(currentTarget.value)}
        >
          {assignable.map(({ id, name: called }) => (
            <s-option key={id} value={id}>
              {called}
            </s-option>
          ))}
        </s-select>
        <div className="row">
          <div className="wide">
            <s-text-field
              id={fieldId('groupId')}
              label="Group"
              value={group?.displayName ?? (groupId === '' ? '' : 'Chosen')}
              placeholder="None chosen"
              readOnly
              error={faults.of('groupId')}
            />
          </div>
          <s-button onClick={() => setPicking(true)}>Choose a group</s-button>
        </div>
        <s-text-field
          id={fieldId('name')}
          label="Policy name"
          value={name}
          error={faults.of('name')}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <s-select label="Login method" value="password">
          <s-option value="password">Password</s-option>
        </s-select>
        <p className="fault" role="alert">
          {faults.rest}
        </p>
        <s-stack direction="inline" gap="small">
          <s-button variant="primary" type="submit" loading={add.isPending}>
            Add policy
          </s-button>
          <s-button onClick={onDone}>Cancel</s-button>
        </s-stack>
      </form>
      {picking ? (
        <PickGroup
          picked={groupId === '' ? [] : [groupId]}
          onPick={setGroup}
          onClose={() => setPicking(false)}
        />
      ) : null}
    </s-section>
  );
}
