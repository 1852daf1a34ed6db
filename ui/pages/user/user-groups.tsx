/** The groups of somebody: added to and taken out of. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { useHref } from '../../parts/href.ts';
import { PickDialog } from '../../parts/pick.tsx';
import { patchOf, type User, useGroups } from '../directory/directory.ts';

/** The card. */
export function UserGroups({ user }: { readonly user: User }) {
  const href = useHref();
  const [picking, setPicking] = useState(false);
  const groups = user.groups ?? [];
  const change = useChange<{ readonly group: string; readonly op: 'add' | 'remove' }>(
    ({ group, op }) => ({
      path: `/directory/Groups/${group}`,
      method: 'PATCH',
      body:
        op === 'add'
          ? patchOf({ op, path: 'members', value: [{ value: user.id }] })
          : patchOf({ op, path: `members[value eq "${user.id}"]` }),
    }),
  );
  return (
    <s-section heading="Groups">
      <div className="narrow-stack">
        {groups.length === 0 ? (
          <p className="muted">In no group: groups give people their applications.</p>
        ) : (
          <ul className="plain divided">
            {groups.map(({ value, display }) => (
              <li key={value}>
                <s-link href={href(`/directory/groups/${value}`)}>{display ?? value}</s-link>
                <span className="wide" />
                <s-button
                  variant="tertiary"
                  accessibilityLabel={`Take out of ${display ?? value}`}
                  onClick={() =>
                    change.mutate(
                      { group: value, op: 'remove' },
                      { onSuccess: () => announce(`Taken out of ${display ?? value}`) },
                    )
                  }
                >
                  Remove
                </s-button>
              </li>
            ))}
          </ul>
        )}
        <p className="fault" role="alert">
          {change.isError ? sentenceOf(change.error) : ''}
        </p>
        <div>
          <s-button onClick={() => setPicking(true)}>Add to group</s-button>
        </div>
      </div>
      {picking ? (
        <PickGroup
          picked={groups.map(({ value }) => value)}
          onPick={(group) => change.mutate({ group, op: 'add' })}
          onClose={() => setPicking(false)}
        />
      ) : null}
    </s-section>
  );
}

interface PickGroupProps {
  readonly picked: readonly string[];
  readonly onPick: (id: string) => void;
  readonly onClose: () => void;
}

/** A dialog in which a group of the directory is picked. */
export function PickGroup({ picked, onPick, onClose }: PickGroupProps) {
  const [words, setWords] = useState('');
  const found = useGroups(words);
  return (
    <PickDialog
      title="Choose a group"
      searchLabel="Search groups"
      found={
        found.data?.Resources?.map(({ id, displayName }) => ({ id, label: displayName })) ??
        (found.data === undefined ? undefined : [])
      }
      error={found.error}
      onSearch={setWords}
      picked={picked}
      onPick={onPick}
      onClose={onClose}
      single
      none="No group is called like that."
    />
  );
}
