/** A policy while it is edited, with a person and a group it is tried on beside. */
import { useDeferredValue, useState } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Incomplete, useFaults } from '../../parts/faults.ts';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Attributes } from './attributes.tsx';
import { GroupPreview } from './group-preview.tsx';
import { Keeping } from './keeping.tsx';
import { Leaving } from './leaving.tsx';
import type { Somebody } from './person-picker.tsx';
import { type Form, type GroupRef, isSame, type MappingRule, type Policy } from './policy.ts';
import { Preview } from './preview.tsx';
import { Rules } from './rules.tsx';
import { useSaving } from './saving.ts';
import { Scope } from './scope.tsx';
import { useTried, useTriedGroup } from './try.ts';

interface EditorProps {
  readonly destinationId: string;
  readonly form: Form;
}

interface Newest extends Somebody {
  readonly source: { readonly kind: string };
}

/** The first groups by name. */
interface Named {
  readonly groups: readonly {
    readonly id: string;
    readonly name: string;
    readonly source: { readonly id: string };
  }[];
}

function firstOf(listed: Named | undefined): GroupRef | null {
  const [first] = listed?.groups ?? [];
  return first === undefined ? null : { id: first.id, name: first.name, source: first.source.id };
}

/** What is sent of groups, and what its mapping is drawn from; `null` where none are sent. */
function groupsIn({ groups, transforms }: Form, { push }: Policy) {
  return groups === null || push === null ? null : { push, form: { ...groups, transforms } };
}

/** The cards. */
export function Editor({ destinationId, form }: EditorProps) {
  const [stored, setStored] = useState(form.policy);
  const [policy, setPolicy] = useState(form.policy);
  // Somebody else has changed it meanwhile, and nothing is lost by showing that.
  const [read, setRead] = useState(form.policy);
  if (!isSame(read, form.policy)) {
    setRead(form.policy);
    setStored(form.policy);
    if (isSame(policy, stored)) setPolicy(form.policy);
  }
  const [tryingMapping, setTryingMapping] = useState<readonly MappingRule[] | null>(null);
  const saving = useSaving(destinationId, setStored);
  const faults = useFaults(['groups'], saving.error);
  const sources = useAnswer<{ readonly sources: readonly { id: string; name: string }[] }>(
    '/sources',
  );
  const [picked, setPicked] = useState<Somebody | null>(null);
  const newest = useAnswer<{ readonly people: readonly Newest[] }>('/people?limit=20');
  const people = newest.data?.people ?? [];
  // Whom only a purchase made known has next to no attributes.
  const sent = people.find(({ source }) => source.kind !== 'storefront');
  const person = picked ?? sent ?? people[0] ?? null;
  const tryingOut = tryingMapping === null ? policy : { ...policy, mapping: tryingMapping };
  const tried = useTried(destinationId, tryingOut, person?.id ?? null);
  const groups = groupsIn(form, policy);
  const [tryingGroups, setTryingGroups] = useState<readonly MappingRule[] | null>(null);
  const [pickedGroup, setPickedGroup] = useState<GroupRef | null>(null);
  const firstGroup = useAnswer<Named>('/groups?limit=1', { enabled: groups !== null });
  const group = pickedGroup ?? firstOf(firstGroup.data);
  const push =
    groups === null || tryingGroups === null
      ? policy.push
      : { ...groups.push, mapping: tryingGroups };
  const triedGroup = useTriedGroup(
    destinationId,
    { ...policy, push },
    groups === null ? null : (group?.id ?? null),
  );
  const change = (changed: Partial<Policy>) => setPolicy((now) => ({ ...now, ...changed }));
  // The fields come first: what is below them is beyond the screen, and takes as long as they do.
  const below = useDeferredValue(true, false);
  const save = () => {
    if (policy.groups?.length === 0)
      saving.fail(new Incomplete([{ field: 'groups', detail: 'choose at least one group' }]));
    else void saving.save(policy);
  };
  return (
    <>
      <SaveBar
        changed={!isSame(policy, stored)}
        saving={saving.saving}
        onSave={save}
        onDiscard={() => {
          setPolicy(stored);
          saving.fail(null);
        }}
      />
      {faults.rest === '' ? null : (
        <s-banner tone="critical" heading="Not saved">
          <p>{faults.rest}</p>
        </s-banner>
      )}
      <div className="beside">
        <div className="stack">
          <Attributes
            heading="Attributes"
            form={form}
            whenExample={'userType eq "Employee"'}
            mapping={policy.mapping}
            tried={tried.data}
            triedOn={person?.name ?? ''}
            onTry={setTryingMapping}
            onChange={(mapping) => change({ mapping })}
          />
          {below ? (
            <>
              {groups === null ? null : (
                <Attributes
                  heading="Attributes of groups"
                  whose=" of groups"
                  form={groups.form}
                  whenExample={'displayName sw "Team"'}
                  needed={['displayName']}
                  mapping={groups.push.mapping}
                  tried={triedGroup.data}
                  triedOn={group?.name ?? ''}
                  onTry={setTryingGroups}
                  onChange={(mapping) => change({ push: { ...groups.push, mapping } })}
                />
              )}
              <Rules
                destinationId={destinationId}
                form={form}
                policy={policy}
                sources={sources.data?.sources ?? []}
                onChange={change}
              />
              <Scope policy={policy} fault={faults.of('groups')} onChange={change} />
              <Leaving connector={form.connector.name} policy={policy} onChange={change} />
              <Keeping connector={form.connector.name} policy={policy} onChange={change} />
            </>
          ) : null}
        </div>
        <div className="beside-preview stack">
          <Preview
            destinationId={destinationId}
            person={person}
            tried={tried.data}
            error={tried.error}
            fields={form}
            onPick={setPicked}
          />
          {groups === null || !below ? null : (
            <GroupPreview
              fields={groups.form}
              group={group}
              tried={triedGroup.data}
              error={triedGroup.error}
              onPick={setPickedGroup}
            />
          )}
        </div>
      </div>
      {saving.question === null ? null : (
        <Confirm question={saving.question} onClose={saving.close} />
      )}
    </>
  );
}
