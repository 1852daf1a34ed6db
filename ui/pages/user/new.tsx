/** The page on which a user is added. */
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { type Incomplete, useFaults } from '../../parts/faults.ts';
import { useHref } from '../../parts/href.ts';
import { Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import type { User } from '../directory/directory.ts';
import { atField, missingIn } from './faults.ts';
import { FieldInputs } from './field-inputs.tsx';
import { allFields, type FieldGroup, useFieldGroups } from './fields.ts';
import { type Draft, userFrom } from './places.ts';

/** The page. */
export default function NewUserPage() {
  useTitle('Add user', 'Directory');
  const groups = useFieldGroups();
  return groups === undefined ? <Loading title="Add user" /> : <NewUser groups={groups} />;
}

function NewUser({ groups }: { readonly groups: readonly FieldGroup[] }) {
  const href = useHref();
  const [, go] = useLocation();
  const [draft, setDraft] = useState<Draft>({});
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const fields = allFields(groups);
  const add = useChange<void, User>(() => ({
    path: '/directory/Users',
    method: 'POST',
    body: userFrom(fields, draft),
  }));
  const names = fields.map(({ name }) => name);
  const faults = useFaults(names, incomplete ?? atField(add.error, fields, fields));
  const press = (event?: FormEvent) => {
    event?.preventDefault();
    const missing = missingIn(draft);
    setIncomplete(missing);
    if (missing !== null || add.isPending) return;
    add.mutate(undefined, {
      onSuccess: ({ id, userName }) => {
        announce(`${userName} was added`);
        go(`/directory/users/${id}`);
      },
    });
  };
  return (
    <s-page heading="Add user">
      <s-link slot="breadcrumb-actions" href={href('/directory')}>
        Users
      </s-link>
      <s-section heading="Profile">
        <form className="stack" onSubmit={press} noValidate>
          <FieldInputs
            groups={groups}
            draft={draft}
            onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
            faults={faults}
            userId={null}
          />
          <p className="fault" role="alert">
            {faults.rest}
          </p>
          <s-stack direction="inline" gap="small">
            <s-button variant="primary" type="submit" loading={add.isPending}>
              Add user
            </s-button>
            <s-button href={href('/directory')}>Cancel</s-button>
          </s-stack>
        </form>
      </s-section>
    </s-page>
  );
}
