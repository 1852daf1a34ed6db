/** The page on which a user is added. */
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { type Incomplete, useFaults } from '../../parts/faults.ts';
import { useHref } from '../../parts/href.ts';
import { useTitle } from '../../parts/title.ts';
import type { User } from '../directory/directory.ts';
import { blank, type Draft, userFrom } from './draft.ts';
import { atField, missingIn } from './faults.ts';
import { Fields } from './fields.tsx';

/** The page. */
export default function NewUserPage() {
  useTitle('Add user', 'Directory');
  const href = useHref();
  const [, go] = useLocation();
  const [draft, setDraft] = useState<Draft>(blank);
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const add = useChange<void, User>(() => ({
    path: '/directory/Users',
    method: 'POST',
    body: userFrom(draft),
  }));
  const faults = useFaults(Object.keys(blank), incomplete ?? atField(add.error));
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
          <Fields draft={draft} onChange={setDraft} faults={faults} />
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
