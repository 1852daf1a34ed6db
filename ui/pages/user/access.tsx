/** Whether somebody is let in: suspended, and back; or deleted. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import { ask, sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { leaveFreely } from '../../shell/leaving.ts';
import { useTenant } from '../../shell/tenant.ts';
import { nameOf, patchOf, type User } from '../directory/directory.ts';

/** The card. */
export function Access({ user }: { readonly user: User }) {
  const { tenantId } = useTenant();
  const [, go] = useLocation();
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const active = user.active !== false;
  const path = `/directory/Users/${user.id}`;
  const change = useChange<boolean>((value) => ({
    path,
    method: 'PATCH',
    body: patchOf({ op: 'replace', path: 'active', value }),
  }));
  const switchTo = (value: boolean) =>
    change.mutate(value, {
      onSuccess: () => announce(`${nameOf(user)} is ${value ? 'active' : 'suspended'}`),
    });
  const askToDelete = () =>
    setQuestion({
      title: `Delete ${nameOf(user)}?`,
      text: 'They leave every application as it says what leaving means there. You can restore them for 90 days.',
      button: 'Delete user',
      failed: 'Not deleted.',
      act: () => ask(`/tenants/${tenantId}${path}`, { method: 'DELETE' }),
      onDone: () => {
        announce(`${nameOf(user)} was deleted`);
        leaveFreely();
        go('/directory');
      },
    });
  return (
    <s-section heading="Access">
      <div className="narrow-stack">
        <div>
          {active ? (
            <s-badge tone="success">Active</s-badge>
          ) : (
            <s-badge tone="warning">Suspended</s-badge>
          )}
        </div>
        <p className="muted">
          {active
            ? 'Suspending signs them out here and deactivates them in every application, at once.'
            : 'They cannot sign in, and are deactivated in every application. What they had is kept.'}
        </p>
        <p className="fault" role="alert">
          {change.isError ? sentenceOf(change.error) : ''}
        </p>
        <div className="row">
          <s-button loading={change.isPending} onClick={() => switchTo(!active)}>
            {active ? 'Suspend' : 'Activate'}
          </s-button>
          <s-button variant="tertiary" tone="critical" onClick={askToDelete}>
            Delete user
          </s-button>
        </div>
      </div>
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </s-section>
  );
}
