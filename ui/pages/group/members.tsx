/** The members of a group: found, added and taken out. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { useHref } from '../../parts/href.ts';
import { PickDialog } from '../../parts/pick.tsx';
import {
  type Group,
  type Listed,
  nameOf,
  patchOf,
  type User,
  usersPath,
} from '../directory/directory.ts';

/** More are there, and are found by searching the users. */
const mostShown = 200;

/** The card. */
export function Members({ group }: { readonly group: Group }) {
  const href = useHref();
  const [picking, setPicking] = useState(false);
  const [words, setWords] = useState('');
  const members = group.members ?? [];
  const found = useAnswer<Listed<User>>(usersPath(words, 1), { keep: true, enabled: picking });
  const change = useChange<{ readonly user: string; readonly op: 'add' | 'remove' }>(
    ({ user, op }) => ({
      path: `/directory/Groups/${group.id}`,
      method: 'PATCH',
      body:
        op === 'add'
          ? patchOf({ op, path: 'members', value: [{ value: user }] })
          : patchOf({ op, path: `members[value eq "${user}"]` }),
    }),
  );
  const isMember = (id: string) => members.some(({ value }) => value === id);
  return (
    <s-section heading={`Members (${members.length})`}>
      <s-button slot="primary-action" onClick={() => setPicking(true)}>
        Add members
      </s-button>
      <div className="narrow-stack">
        <p className="fault" role="alert">
          {change.isError ? sentenceOf(change.error) : ''}
        </p>
        {members.length === 0 ? <p className="muted">Nobody is in this group yet.</p> : null}
        <ul className="plain divided">
          {members.slice(0, mostShown).map(({ value, display }) => (
            <li key={value}>
              <span className="wide">
                <s-link href={href(`/directory/users/${value}`)}>{display ?? value}</s-link>
              </span>
              <s-button
                variant="tertiary"
                accessibilityLabel={`Remove ${display ?? value}`}
                onClick={() =>
                  change.mutate(
                    { user: value, op: 'remove' },
                    { onSuccess: () => announce(`${display ?? value} was removed`) },
                  )
                }
              >
                Remove
              </s-button>
            </li>
          ))}
        </ul>
        {members.length > mostShown ? (
          <p className="muted">
            The first {mostShown} of {members.length} are shown; find others among the users.
          </p>
        ) : null}
      </div>
      {picking ? (
        <PickDialog
          title={`Add members to ${group.displayName}`}
          searchLabel="Search users"
          found={
            found.data === undefined
              ? undefined
              : (found.data.Resources ?? []).map((user) => ({
                  id: user.id,
                  label: nameOf(user),
                  more: user.userName,
                }))
          }
          error={found.error}
          onSearch={setWords}
          picked={members.map(({ value }) => value)}
          onPick={(user) => change.mutate({ user, op: isMember(user) ? 'remove' : 'add' })}
          onClose={() => setPicking(false)}
          none="Nobody is called like that."
        />
      ) : null}
    </s-section>
  );
}
