/** Who learns: whoever buys, or somebody who is named for the purchase. */
import { fieldId } from '../../parts/faults.ts';
import type { Draft } from './draft.ts';
import type { CardProps } from './sold-card.tsx';

/** The card. */
export function LearnersCard({ draft, change, faults }: CardProps) {
  return (
    <s-section heading="Who learns">
      <div className="stack">
        <s-choice-list
          label="A quantity of three is for"
          values={[draft.quantity]}
          onChange={({ currentTarget }) =>
            change({ quantity: (currentTarget.values[0] ?? 'one') as Draft['quantity'] })
          }
        >
          <s-choice value="one">One learner</s-choice>
          <s-choice value="named">
            Three learners
            <s-text slot="details">
              The order waits until you name them by their e-mail addresses.
            </s-text>
          </s-choice>
        </s-choice-list>
        <s-text-field
          id={fieldId('learnerProperty')}
          label="Property that names the learner"
          value={draft.learnerProperty}
          details="Where your product page asks for the learner’s e-mail address, the name of that field. Without it, whoever buys learns."
          error={faults.of('learnerProperty')}
          onInput={({ currentTarget }) => change({ learnerProperty: currentTarget.value })}
        />
      </div>
    </s-section>
  );
}
