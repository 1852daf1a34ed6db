/** The page of a group of the directory: its name and its members. */
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { ask } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { afterSaving } from '../../parts/draft.ts';
import { fieldId, useFaults } from '../../parts/faults.ts';
import { useHref } from '../../parts/href.ts';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { leaveFreely } from '../../shell/leaving.ts';
import { useTenant } from '../../shell/tenant.ts';
import { type Group, patchOf } from '../directory/directory.ts';
import { Members } from './members.tsx';

const freshMs = 5_000;

/** The page. */
export default function GroupPage() {
  const { id = '' } = useParams<{ readonly id: string }>();
  const href = useHref();
  const answer = useAnswer<Group>(`/directory/Groups/${id}`, { everyMs: freshMs });
  useTitle(answer.data?.displayName ?? 'Group', 'Directory');
  if (answer.isPending) return <Loading title="Group" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const group = answer.data;
  return (
    <s-page heading={group.displayName}>
      <s-link slot="breadcrumb-actions" href={href('/directory/groups')}>
        Groups
      </s-link>
      <Members group={group} />
      <div slot="aside" className="stack">
        <Name group={group} />
        <Deletion group={group} />
      </div>
    </s-page>
  );
}

function Name({ group }: { readonly group: Group }) {
  const [edited, setEdited] = useState<string | null>(null);
  const rename = useChange<string>((value) => ({
    path: `/directory/Groups/${group.id}`,
    method: 'PATCH',
    body: patchOf({ op: 'replace', path: 'displayName', value: value.trim() }),
  }));
  const faults = useFaults(['displayName'], rename.error);
  const press = () => {
    if (edited !== null)
      rename.mutate(edited, {
        onSuccess: () => {
          setEdited(afterSaving(edited, null));
          announce('Saved');
        },
      });
  };
  return (
    <s-section heading="Name">
      <s-text-field
        id={fieldId('displayName')}
        label="Name"
        labelAccessibilityVisibility="exclusive"
        value={edited ?? group.displayName}
        error={faults.rest}
        onInput={({ currentTarget }) => setEdited(currentTarget.value)}
      />
      <SaveBar
        changed={edited !== null && edited !== group.displayName}
        saving={rename.isPending}
        onSave={press}
        onDiscard={() => setEdited(null)}
      />
    </s-section>
  );
}

function Deletion({ group }: { readonly group: Group }) {
  const { tenantId } = useTenant();
  const [, go] = useLocation();
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const press = () =>
    setQuestion({
      title: `Delete ${group.displayName}?`,
      text: 'Its members stay users. A group that an App Login Policy assigns has to be taken out of the policy first.',
      button: 'Delete group',
      failed: 'Not deleted.',
      act: () => ask(`/tenants/${tenantId}/directory/Groups/${group.id}`, { method: 'DELETE' }),
      onDone: () => {
        announce(`${group.displayName} was deleted`);
        leaveFreely();
        go('/directory/groups');
      },
    });
  return (
    <s-section heading="Delete">
      <s-button variant="tertiary" tone="critical" onClick={press}>
        Delete group
      </s-button>
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </s-section>
  );
}
