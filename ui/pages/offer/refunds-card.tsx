/** What takes a course back. */
import { fieldId } from '../../parts/faults.ts';
import { Fold } from '../../parts/fold.tsx';
import type { Action } from '../courses/offers.ts';
import type { Draft } from './draft.ts';
import type { CardProps } from './sold-card.tsx';

const events: readonly (readonly [keyof Draft['refunds'], string])[] = [
  ['line', 'The course was refunded'],
  ['quantity', 'A part of the quantity was refunded'],
  ['money', 'Money was refunded without saying for what'],
  ['cancelled', 'The order was cancelled'],
  ['chargeback', 'The buyer’s bank took the payment back'],
  ['edited', 'The course was removed from the order'],
  ['deleted', 'The order was deleted'],
];

const actions: readonly (readonly [Action, string])[] = [
  ['suspend', 'Suspend the enrolment'],
  ['remove', 'Remove the enrolment'],
  ['keep', 'Keep the course'],
  ['ask', 'Ask me'],
];

/** The card. */
export function RefundsCard({ draft, change, faults }: CardProps) {
  return (
    <Fold title="Refunds and cancellations" more="What becomes of the course">
      {events.map(([event, label]) => (
        <s-select
          key={event}
          label={label}
          value={draft.refunds[event]}
          onChange={({ currentTarget }) =>
            change({ refunds: { ...draft.refunds, [event]: currentTarget.value as Action } })
          }
        >
          {actions.map(([action, words]) => (
            <s-option key={action} value={action}>
              {words}
            </s-option>
          ))}
        </s-select>
      ))}
      <s-number-field
        id={fieldId('moneyShare')}
        label="Such money counts from"
        suffix="% of the order"
        value={draft.moneyShare}
        min={0}
        max={100}
        error={faults.of('moneyShare')}
        onInput={({ currentTarget }) => change({ moneyShare: currentTarget.value })}
      />
    </Fold>
  );
}
