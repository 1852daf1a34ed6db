/** Who somebody is, to be changed. */
import { useState } from 'react';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { type Incomplete, useFaults } from '../../parts/faults.ts';
import { SaveBar } from '../../parts/save-bar.tsx';
import type { User } from '../directory/directory.ts';
import { blank, changeOf, type Draft, differs, draftOf } from './draft.ts';
import { atField, missingIn } from './faults.ts';
import { Fields } from './fields.tsx';

/** The card. */
export function Profile({ user }: { readonly user: User }) {
  const [edited, setEdited] = useState<{ readonly from: Draft; readonly to: Draft } | null>(null);
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const stored = draftOf(user);
  const save = useChange<object>((body) => ({
    path: `/directory/Users/${user.id}`,
    method: 'PATCH',
    body,
  }));
  const faults = useFaults(Object.keys(blank), incomplete ?? atField(save.error));
  const put = () => {
    if (edited === null || save.isPending) return;
    const missing = missingIn(edited.to);
    setIncomplete(missing);
    if (missing !== null) return;
    save.mutate(changeOf(edited.from, edited.to), {
      onSuccess: () => {
        setEdited(null);
        announce('Saved');
      },
    });
  };
  return (
    <s-section heading="Profile">
      <div className="stack">
        <Fields
          draft={edited?.to ?? stored}
          onChange={(to) => setEdited({ from: edited?.from ?? stored, to })}
          faults={faults}
        />
        <p className="fault" role="alert">
          {faults.rest}
        </p>
      </div>
      <SaveBar
        changed={edited !== null && differs(edited.from, edited.to)}
        saving={save.isPending}
        onSave={put}
        onDiscard={() => {
          setEdited(null);
          setIncomplete(null);
          save.reset();
        }}
      />
    </s-section>
  );
}
