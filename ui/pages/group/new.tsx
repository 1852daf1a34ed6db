/** The page on which a group is added. */
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/queries.ts';
import { fieldId, Incomplete, useFaults } from '../../parts/faults.ts';
import { useHref } from '../../parts/href.ts';
import { useTitle } from '../../parts/title.ts';
import type { Group } from '../directory/directory.ts';

/** The page. */
export default function NewGroupPage() {
  useTitle('Add group', 'Directory');
  const href = useHref();
  const [, go] = useLocation();
  const [displayName, setName] = useState('');
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const add = useChange<void, Group>(() => ({
    path: '/directory/Groups',
    method: 'POST',
    body: {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: displayName.trim(),
    },
  }));
  const faults = useFaults(['displayName'], incomplete ?? add.error);
  const press = (event?: FormEvent) => {
    event?.preventDefault();
    const missing =
      displayName.trim() === ''
        ? new Incomplete([{ field: 'displayName', detail: 'A name is needed.' }])
        : null;
    setIncomplete(missing);
    if (missing !== null || add.isPending) return;
    add.mutate(undefined, { onSuccess: ({ id }) => go(`/directory/groups/${id}`) });
  };
  return (
    <s-page heading="Add group" inlineSize="small">
      <s-link slot="breadcrumb-actions" href={href('/directory/groups')}>
        Groups
      </s-link>
      <s-section accessibilityLabel="Group">
        <form className="stack" onSubmit={press} noValidate>
          <s-text-field
            id={fieldId('displayName')}
            label="Name"
            value={displayName}
            error={faults.of('displayName')}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
          <p className="fault" role="alert">
            {faults.rest}
          </p>
          <s-stack direction="inline" gap="small">
            <s-button variant="primary" type="submit" loading={add.isPending}>
              Add group
            </s-button>
            <s-button href={href('/directory/groups')}>Cancel</s-button>
          </s-stack>
        </form>
      </s-section>
    </s-page>
  );
}
