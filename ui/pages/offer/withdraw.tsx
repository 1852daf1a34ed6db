/** Withdrawing an offer: nothing that was bought is taken back. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import { ask } from '../../api/client.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { leaveFreely } from '../../shell/leaving.ts';
import { useTenant } from '../../shell/tenant.ts';
import type { Offer } from '../courses/offers.ts';

/** The card. */
export function WithdrawCard({ offer: { id, name } }: { readonly offer: Offer }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const [, go] = useLocation();
  const { tenantId } = useTenant();
  const press = () =>
    setQuestion({
      title: `Withdraw ${name}?`,
      text: 'Orders that are placed from now on give nothing by this offer. Whoever bought before keeps what they have.',
      button: 'Withdraw offer',
      failed: 'Not withdrawn.',
      act: () => ask(`/tenants/${tenantId}/offers/${id}/withdraw`, { method: 'POST', body: {} }),
      onDone: () => {
        announce(`The offer ${name} was withdrawn`);
        leaveFreely();
        go('/courses');
      },
    });
  return (
    <s-section heading="Withdraw">
      <div className="stack">
        <p className="muted">
          Orders of before keep what they gave. A withdrawn offer cannot be put in force again; a
          new one like it can.
        </p>
        <div>
          <s-button tone="critical" onClick={press}>
            Withdraw offer
          </s-button>
        </div>
      </div>
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </s-section>
  );
}
