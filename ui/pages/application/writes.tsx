/** What is sent to an application: the switches, and what leaving means there. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import type { Application, Policy } from './application.ts';

/** The card. */
export function Writes({ application }: { readonly application: Application }) {
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
        <p className="fault" role="alert">
          {change.isError ? `Not saved. ${sentenceOf(change.error)}` : ''}
        </p>
      </div>
    </s-section>
  );
}
