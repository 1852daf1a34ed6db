/** Who somebody is, to be changed. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { type Incomplete, useFaults } from '../../parts/faults.ts';
import { SaveBar } from '../../parts/save-bar.tsx';
import { patchOf, type User } from '../directory/directory.ts';
import { atField, missingIn } from './faults.ts';
import { FieldInputs } from './field-inputs.tsx';
import { allFields, draftOf, type FieldGroup } from './fields.ts';
import { changedFields, type Draft, operationsFor } from './places.ts';

interface ProfileProps {
  readonly user: User;
  readonly groups: readonly FieldGroup[];
}

/** The card. */
export function Profile({ user, groups }: ProfileProps) {
  const [edited, setEdited] = useState<{ readonly from: Draft; readonly to: Draft } | null>(null);
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const cache = useQueryClient();
  const path = `/directory/Users/${user.id}`;
  const fields = allFields(groups);
  const stored = draftOf(fields, user);
  const changed = edited === null ? [] : changedFields(fields, edited.from, edited.to);
  const save = useChange<object, User>((body) => ({ path, method: 'PATCH', body }));
  const names = fields.map(({ name }) => name);
  const faults = useFaults(names, incomplete ?? atField(save.error, fields, changed));
  const put = () => {
    if (edited === null || save.isPending) return;
    const missing = missingIn(edited.to);
    setIncomplete(missing);
    if (missing !== null) return;
    save.mutate(patchOf(...operationsFor(user, fields, edited.from, edited.to)), {
      onSuccess: (saved) => {
        // What is edited next begins with this, also where the next reading is still under way.
        cache.setQueryData([path], saved);
        // What was entered meanwhile is still to be saved.
        setEdited((now) =>
          now === null || now === edited ? null : { from: draftOf(fields, saved), to: now.to },
        );
        announce('Saved');
      },
    });
  };
  return (
    <s-section heading="Profile">
      <div className="stack">
        <FieldInputs
          groups={groups}
          draft={edited?.to ?? stored}
          onChange={(change) =>
            setEdited((before) => ({
              from: before?.from ?? stored,
              to: { ...(before?.to ?? stored), ...change },
            }))
          }
          faults={faults}
          userId={user.id}
        />
        <p className="fault" role="alert">
          {faults.rest}
        </p>
      </div>
      <SaveBar
        changed={changed.length > 0}
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
