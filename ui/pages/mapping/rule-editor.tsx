/** For whom a rule is, and what it gives. */
import { useState } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { fieldId, Incomplete, useFaults } from '../../parts/faults.ts';
import { useCatalogues } from '../courses/catalogue.ts';
import { GroupPicker } from './group-picker.tsx';
import type { GroupRef, When } from './policy.ts';

/** What is given to whom; `null` is everybody. */
export interface Given {
  readonly when: When | null;
  readonly memberships: readonly string[];
}

interface RuleEditorProps {
  readonly destinationId: string;
  readonly help: string;
  /** `null` for a new one. */
  readonly given: Given | null;
  readonly sources: readonly { readonly id: string; readonly name: string }[];
  readonly onDone: (given: Given) => void;
  readonly onClose: () => void;
}

type Kind = 'group' | 'everybody' | 'source' | 'filter';

const fields = ['who', 'group', 'filter', 'what'];

/** The dialog. */
export function RuleEditor(props: RuleEditorProps) {
  const { destinationId, help, given, sources, onDone, onClose } = props;
  const when = given?.when ?? null;
  const [kind, setKind] = useState<Kind>(kindOf(given));
  const [group, setGroup] = useState<GroupRef | null>(
    when !== null && 'group' in when ? when.group : null,
  );
  const [filter, setFilter] = useState(when !== null && 'filter' in when ? when.filter : '');
  const [source, setSource] = useState(
    when !== null && 'source' in when ? when.source : (sources[0]?.id ?? ''),
  );
  const [what, setWhat] = useState(given?.memberships.join(', ') ?? '');
  const [error, setError] = useState<unknown>(null);
  const faults = useFaults(fields, error);
  const memberships = namesIn(what);
  const done = () => {
    const who = whoIs();
    const missing = [
      ...(kind === 'group' && group === null ? [{ field: 'group', detail: 'choose a group' }] : []),
      ...(kind === 'filter' && filter.trim() === ''
        ? [{ field: 'filter', detail: 'say which people' }]
        : []),
      ...(memberships.length === 0 ? [{ field: 'what', detail: 'say what they are given' }] : []),
    ];
    if (missing.length > 0) {
      setError(new Incomplete(missing));
      return false;
    }
    onDone({ when: who, memberships });
    return true;
  };
  const whoIs = (): When | null => {
    if (kind === 'everybody') return null;
    if (kind === 'filter') return { filter: filter.trim() };
    if (kind === 'source') return { source };
    return group === null ? null : { group };
  };
  return (
    <Dialog
      heading={given === null ? 'Add a rule' : 'Edit the rule'}
      button="Done"
      press={done}
      focus={fieldId('who')}
      onClose={onClose}
    >
      <s-select
        id={fieldId('who')}
        label="Who"
        value={kind}
        onChange={({ currentTarget }) => setKind(currentTarget.value as Kind)}
      >
        <s-option value="group">Members of a group</s-option>
        <s-option value="everybody">Everybody who is included</s-option>
        <s-option value="source">Everybody from a connection</s-option>
        <s-option value="filter">People with an attribute</s-option>
      </s-select>
      {kind !== 'group' ? null : (
        <>
          {group === null ? null : (
            <p>
              Group: <b>{group.name}</b>
            </p>
          )}
          <GroupPicker
            id={fieldId('group')}
            label={group === null ? 'Group' : 'Another group'}
            fault={faults.of('group')}
            chosen={group === null ? [] : [group]}
            onPick={setGroup}
          />
        </>
      )}
      {kind !== 'filter' ? null : (
        <s-text-field
          id={fieldId('filter')}
          label="With"
          details={'A SCIM filter, like title eq "Analyst"'}
          value={filter}
          error={faults.of('filter')}
          onInput={({ currentTarget }) => setFilter(currentTarget.value ?? '')}
        />
      )}
      {kind !== 'source' ? null : (
        <s-select
          label="Connection"
          value={source}
          onChange={({ currentTarget }) => setSource(currentTarget.value ?? '')}
        >
          {sources.map(({ id, name }) => (
            <s-option key={id} value={id}>
              {name}
            </s-option>
          ))}
        </s-select>
      )}
      <Pick
        destinationId={destinationId}
        onPick={(membership) => setWhat([...memberships, membership].join(', '))}
      />
      <s-text-field
        id={fieldId('what')}
        label="Are given"
        details={`Several with commas between. ${help}`}
        value={what}
        error={faults.of('what')}
        onInput={({ currentTarget }) => setWhat(currentTarget.value ?? '')}
      />
    </Dialog>
  );
}

/** What the destination can list, to pick from. */
function Pick({
  destinationId,
  onPick,
}: {
  readonly destinationId: string;
  readonly onPick: (membership: string) => void;
}) {
  const [answer] = useCatalogues([destinationId]);
  const courses = answer?.data?.courses ?? [];
  if (courses.length === 0) return null;
  return (
    <s-select
      label="Pick from what there is"
      placeholder="Choose"
      value=""
      onChange={({ currentTarget }) => {
        if (currentTarget.value) onPick(currentTarget.value);
      }}
    >
      {courses.map(({ membership, label, within }) => (
        <s-option key={membership} value={membership}>
          {within === null ? label : `${within}: ${label}`}
        </s-option>
      ))}
    </s-select>
  );
}

function kindOf(given: Given | null): Kind {
  if (given === null) return 'group';
  if (given.when === null) return 'everybody';
  if ('group' in given.when) return 'group';
  return 'filter' in given.when ? 'filter' : 'source';
}

function namesIn(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
