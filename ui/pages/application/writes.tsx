/** What is sent to an application: the switches, what leaving means there, and which groups. */
import { useEffect, useRef, useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import type { Connector } from '../../parts/destinations.ts';
import { useSaving } from '../mapping/saving.ts';
import type { Application, Policy } from './application.ts';
import { GroupsSent } from './groups-sent.tsx';

interface WritesProps {
  readonly application: Application;
  readonly connector: Connector;
}

/** What of a policy becomes another. */
type Part = (policy: Policy) => Partial<Policy>;

/** The card. */
export function Writes({ application, connector }: WritesProps) {
  const { policy } = application;
  const [saved, setSaved] = useState('');
  // As it is when its turn has come: the one before is saved, and read again, by then.
  const latest = useRef(policy);
  useEffect(() => {
    latest.current = policy;
  });
  const change = useChange<Part>(
    (part) => ({
      path: `/destinations/${application.id}/policy`,
      method: 'PUT',
      body: { policy: { ...latest.current, ...part(latest.current) } },
    }),
    { inTurn: application.id },
  );
  // Writes the policy as it is now: nothing else of it changes meanwhile.
  const saving = useSaving<Policy>(application.id, () => undefined);
  const put = (label: string, part: Part) => {
    setSaved('');
    change.mutateAsync(part).then(
      () => {
        setSaved(label);
        announce(`${label}: saved`);
      },
      () => undefined, // shown below
    );
  };
  const toggle = (label: string, on: boolean, part: (on: boolean) => Part) => (
    <div className="setting-head">
      <s-switch
        label={label}
        checked={on}
        disabled={saving.saving}
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
        {toggle('Create users', create, (on) => ({ writes }) => ({
          writes: { ...writes, create: on },
        }))}
        {toggle('Update users', update, (on) => ({ writes }) => ({
          writes: { ...writes, update: on },
        }))}
        {toggle('Delete users', policy.leave === 'delete', (on) => () => ({
          leave: on ? 'delete' : 'deactivate',
        }))}
        <s-select
          label="When somebody no longer has this application"
          value={policy.leave}
          disabled={saving.saving}
          details="Deactivated people keep what they did there, and come back to it."
          onChange={({ currentTarget: { value } }) =>
            put('Leaving', () => ({ leave: value as Policy['leave'] }))
          }
        >
          <s-option value="deactivate">Deactivate them</s-option>
          <s-option value="delete">Delete them</s-option>
          <s-option value="keep">Leave them as they are</s-option>
        </s-select>
        {connector.groups ? (
          <GroupsSent policy={policy} saving={saving} busy={change.isPending || saving.saving} />
        ) : null}
        {policy.push === null
          ? null
          : groupSwitches.map(([name, label]) => (
              <div key={name}>
                {toggle(label, policy.push?.[name] === true, (on) => ({ push }) => ({
                  push: push === null ? null : { ...push, [name]: on },
                }))}
              </div>
            ))}
        <p className="fault" role="alert">
          {change.isError ? `Not saved. ${sentenceOf(change.error)}` : ''}
        </p>
      </div>
    </s-section>
  );
}

const groupSwitches = [
  ['create', 'Create groups'],
  ['update', 'Update groups'],
  ['delete', 'Delete groups'],
  ['members', 'Add and remove members'],
] as const;
