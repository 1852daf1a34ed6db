/** Which groups are sent to an application: none, all, or those that are chosen. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { PickDialog } from '../../parts/pick.tsx';
import type { GroupRef } from '../mapping/policy.ts';
import type { useSaving } from '../mapping/saving.ts';
import type { Policy, Push } from './application.ts';

interface GroupsSentProps {
  readonly policy: Policy;
  readonly saving: ReturnType<typeof useSaving<Policy>>;
  /** Something else of the policy is being saved. */
  readonly busy: boolean;
}

/** Groups are deleted there on request alone. */
const usualPush: Push = { groups: 'all', create: true, update: true, delete: false, members: true };

/** The field, with what is chosen below; asks before groups are taken away there. */
export function GroupsSent({ policy, saving, busy }: GroupsSentProps) {
  const { push } = policy;
  const [choosing, setChoosing] = useState(false);
  const chosen = push !== null && push.groups !== 'all' ? push.groups : null;
  const value = push === null ? 'none' : chosen === null ? 'all' : 'chosen';
  const send = (groups: Push['groups'] | null) =>
    void saving.save({
      ...policy,
      push: groups === null ? null : { ...(push ?? usualPush), groups },
    });
  return (
    <>
      <s-select
        label="Groups that are sent"
        value={value}
        disabled={busy}
        details="Each becomes a group there, with those of its members who have this application."
        error={saving.error === null ? '' : `Not saved. ${sentenceOf(saving.error)}`}
        onChange={({ currentTarget }) => {
          const wanted = currentTarget.value;
          currentTarget.value = value;
          if (wanted === 'chosen') setChoosing(true);
          else send(wanted === 'none' ? null : 'all');
        }}
      >
        <s-option value="none">None</s-option>
        <s-option value="all">All groups</s-option>
        <s-option value="chosen">{chosen === null ? 'Only some…' : 'Only these'}</s-option>
      </s-select>
      {chosen === null ? null : (
        <div className="standing">
          <ul className="badges" aria-label="Groups that are sent">
            {chosen.map(({ id, name }) => (
              <li key={id}>
                <s-badge>{name}</s-badge>
              </li>
            ))}
          </ul>
          <s-button variant="tertiary" onClick={() => setChoosing(true)}>
            Choose groups
          </s-button>
        </div>
      )}
      {choosing ? (
        <Chooser
          begin={chosen ?? []}
          onDone={(groups) => {
            setChoosing(false);
            if (groups.length > 0 && !isSame(groups, chosen ?? [])) send(groups);
          }}
        />
      ) : null}
      {saving.question === null ? null : (
        <Confirm question={saving.question} onClose={saving.close} />
      )}
    </>
  );
}

function isSame(one: readonly GroupRef[], other: readonly GroupRef[]): boolean {
  return one.length === other.length && one.every(({ id }) => other.some((each) => each.id === id));
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly source: { readonly id: string; readonly name: string };
  readonly members: number;
}

const shown = 50;

interface ChooserProps {
  readonly begin: readonly GroupRef[];
  /** Closed, with what is chosen by then; where that is nothing, nothing is meant. */
  readonly onDone: (groups: readonly GroupRef[]) => void;
}

function Chooser({ begin, onDone }: ChooserProps) {
  const [chosen, setChosen] = useState(begin);
  const [words, setWords] = useState('');
  const { data, error } = useAnswer<{ readonly groups: readonly Listed[] }>(
    `/groups?limit=${shown}&query=${encodeURIComponent(words.trim())}`,
    { keep: true },
  );
  const pick = (id: string) => {
    const group = data?.groups.find((one) => one.id === id);
    if (chosen.some((one) => one.id === id)) setChosen(chosen.filter((one) => one.id !== id));
    else if (group !== undefined)
      setChosen([...chosen, { source: group.source.id, id, name: group.name }]);
  };
  return (
    <PickDialog
      title="Groups that are sent"
      searchLabel="Search groups"
      found={data?.groups.map(({ id, name, source, members }) => ({
        ...{ id, label: name },
        more: `${source.name} · ${members === 1 ? '1 member' : `${members.toLocaleString()} members`}`,
      }))}
      error={error}
      onSearch={setWords}
      picked={chosen.map(({ id }) => id)}
      onPick={pick}
      onClose={() => onDone(chosen)}
      none="No group is called like that."
    />
  );
}
