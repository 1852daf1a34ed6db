/** What is sent to an application: the switches, what leaving means there, and which groups. */
import { type ReactNode, useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import type { Connector } from '../../parts/destinations.ts';
import type { Application, Policy, Push } from './application.ts';

interface WritesProps {
  readonly application: Application;
  readonly connector: Connector;
}

/** The card. */
export function Writes({ application, connector }: WritesProps) {
  const { policy } = application;
  const [saved, setSaved] = useState('');
  const change = useChange<Partial<Policy>>((part) => ({
    path: `/destinations/${application.id}/policy`,
    method: 'PUT',
    body: { policy: { ...policy, ...part } },
  }));
  const put = (label: string, part: Partial<Policy>) => {
    if (change.isPending) return;
    setSaved('');
    change.mutate(part, {
      onSuccess: () => {
        setSaved(label);
        announce(`${label}: saved`);
      },
    });
  };
  const toggle = (label: string, on: boolean, part: (on: boolean) => Partial<Policy>) => (
    <div className="setting-head">
      <s-switch
        label={label}
        checked={on}
        onChange={(event) => {
          const wanted = event.currentTarget.checked;
          event.currentTarget.checked = on;
          put(label, part(wanted));
        }}
      />
      <span className="muted">{saved === label ? 'Saved' : ''}</span>
    </div>
  );
  const { create, update } = policy.writes;
  return (
    <s-section heading="What is sent">
      <div className="stack">
        {toggle('Create users', create, (on) => ({ writes: { ...policy.writes, create: on } }))}
        {toggle('Update users', update, (on) => ({ writes: { ...policy.writes, update: on } }))}
        {toggle('Delete users', policy.leave === 'delete', (on) => ({
          leave: on ? 'delete' : 'deactivate',
        }))}
        <s-select
          label="When somebody no longer has this application"
          value={policy.leave}
          details="Deactivated people keep what they did there, and come back to it."
          onChange={({ currentTarget }) =>
            put('Leaving', { leave: currentTarget.value as Policy['leave'] })
          }
        >
          <s-option value="deactivate">Deactivate them</s-option>
          <s-option value="delete">Delete them</s-option>
          <s-option value="keep">Leave them as they are</s-option>
        </s-select>
        {connector.groups ? <Groups push={policy.push ?? null} put={put} toggle={toggle} /> : null}
        <p className="fault" role="alert">
          {change.isError ? `Not saved. ${sentenceOf(change.error)}` : ''}
        </p>
      </div>
    </s-section>
  );
}

/** Groups are deleted there on request alone. */
const usualPush: Push = { groups: 'all', create: true, update: true, delete: false, members: true };

const groupSwitches = [
  ['create', 'Create groups'],
  ['update', 'Update groups'],
  ['delete', 'Delete groups'],
  ['members', 'Add and remove members'],
] as const;

interface GroupsProps {
  readonly push: Push | null;
  readonly put: (label: string, part: Partial<Policy>) => void;
  readonly toggle: (
    label: string,
    on: boolean,
    part: (on: boolean) => Partial<Policy>,
  ) => ReactNode;
}

function Groups({ push, put, toggle }: GroupsProps) {
  const chosen = push !== null && push.groups !== 'all' ? push.groups : null;
  const value = push === null ? 'none' : chosen === null ? 'all' : 'chosen';
  return (
    <>
      <s-select
        label="Groups that are sent"
        value={value}
        details="Each becomes a group there, with those of its members who have this application."
        onChange={({ currentTarget }) =>
          put('Groups', {
            push: currentTarget.value === 'none' ? null : { ...(push ?? usualPush), groups: 'all' },
          })
        }
      >
        <s-option value="none">None</s-option>
        <s-option value="all">All groups</s-option>
        {chosen === null ? null : (
          <s-option value="chosen">{chosen.map(({ name }) => name).join(', ')}</s-option>
        )}
      </s-select>
      {push === null
        ? null
        : groupSwitches.map(([name, label]) => (
            <div key={name}>
              {toggle(label, push[name], (on) => ({ push: { ...push, [name]: on } }))}
            </div>
          ))}
    </>
  );
}
