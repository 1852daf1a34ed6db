/** A field that finds a group of any connection. */
import { useState } from 'react';
import { useAnswer } from '../../api/queries.ts';
import type { GroupRef } from './policy.ts';

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly source: { readonly id: string; readonly name: string };
  readonly members: number;
}

interface GroupPickerProps {
  readonly id: string;
  readonly label: string;
  readonly fault?: string;
  /** Those that are chosen already. */
  readonly chosen: readonly GroupRef[];
  readonly onPick: (group: GroupRef) => void;
}

const shown = 8;

/** The field, and the groups it finds: the first ones by name until something is typed. */
export function GroupPicker({ id, label, fault = '', chosen, onPick }: GroupPickerProps) {
  const [words, setWords] = useState('');
  const query = encodeURIComponent(words.trim());
  const { data } = useAnswer<{ readonly groups: readonly Listed[] }>(
    `/groups?limit=${shown}&query=${query}`,
    { keep: true },
  );
  const groups = data?.groups.filter((group) => chosen.every((one) => one.id !== group.id)) ?? [];
  return (
    <div className="narrow-stack">
      <s-search-field
        id={id}
        label={label}
        placeholder="Name of a group"
        value={words}
        error={fault}
        onInput={({ currentTarget }) => setWords(currentTarget.value ?? '')}
      />
      {groups.length > 0 ? (
        <ul className="badges" aria-label="Groups found">
          {groups.map(({ id: groupId, name, source, members }) => (
            <li key={groupId}>
              <s-button onClick={() => onPick({ source: source.id, id: groupId, name })}>
                {name} · {members === 1 ? '1 member' : `${members.toLocaleString()} members`}
              </s-button>
            </li>
          ))}
        </ul>
      ) : (
        <p className="muted" role="status">
          {data === undefined
            ? 'Loading…'
            : words.trim() === ''
              ? 'There is no group yet, or each is chosen already.'
              : 'No group is called like that.'}
        </p>
      )}
    </div>
  );
}
