/** Removing a destination, after asking. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import { ask } from '../../api/client.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { useTenant } from '../../shell/tenant.ts';
import { type Destination, pathOf } from './destination.ts';

/** The card. */
export function Removal({ destination: { id, name } }: { readonly destination: Destination }) {
  const { tenantId } = useTenant();
  const [, go] = useLocation();
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const press = () =>
    setQuestion({
      title: `Remove ${name}?`,
      text: 'Everybody keeps the account and the courses they have there, and Rollcall no longer knows of them. Who should lose access is to leave first. This cannot be undone.',
      button: 'Remove',
      failed: 'Not removed.',
      act: () => ask(`/tenants/${tenantId}${pathOf(id)}?accounts=keep`, { method: 'DELETE' }),
      onDone: () => {
        announce(`${name} was removed`);
        go('/settings');
      },
    });
  return (
    <s-section heading="Remove this destination">
      <div className="stack">
        <p className="muted">
          Accounts and courses there stay as they are; Rollcall forgets them and changes nothing
          there any more. An offer that gives something there is to be withdrawn first.
        </p>
        <div>
          <s-button tone="critical" onClick={press}>
            Remove {name}
          </s-button>
        </div>
      </div>
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </s-section>
  );
}
