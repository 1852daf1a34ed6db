/** How long a purchase gives access, and what becomes of it afterwards. */
import { fieldId } from '../../parts/faults.ts';
import type { Draft } from './draft.ts';
import type { CardProps } from './sold-card.tsx';

/** The card. */
export function AccessCard({ draft, change, faults }: CardProps) {
  return (
    <s-section heading="How long">
      <div className="stack">
        <s-choice-list
          label="Access lasts"
          values={[draft.access]}
          onChange={({ currentTarget }) =>
            change({ access: (currentTarget.values[0] ?? 'unlimited') as Draft['access'] })
          }
        >
          <s-choice value="unlimited">Without an end</s-choice>
          <s-choice value="days">For a number of days from the purchase on</s-choice>
          <s-choice value="until">Until a day</s-choice>
        </s-choice-list>
        {draft.access === 'days' ? (
          <s-number-field
            id={fieldId('days')}
            label="Days"
            value={draft.days}
            min={1}
            max={36_500}
            step={1}
            error={faults.of('days')}
            onInput={({ currentTarget }) => change({ days: currentTarget.value })}
          />
        ) : null}
        {draft.access === 'until' ? (
          <s-date-field
            id={fieldId('until')}
            label="Last day"
            value={draft.until}
            error={faults.of('until')}
            onChange={({ currentTarget }) => change({ until: currentTarget.value })}
          />
        ) : null}
        <s-choice-list
          label="Access begins"
          values={[draft.begins]}
          onChange={({ currentTarget }) =>
            change({ begins: (currentTarget.values[0] ?? 'purchase') as Draft['begins'] })
          }
        >
          <s-choice value="purchase">With the purchase</s-choice>
          <s-choice value="date">Not before a day</s-choice>
        </s-choice-list>
        {draft.begins === 'date' ? (
          <s-date-field
            id={fieldId('startsAt')}
            label="First day"
            value={draft.startsAt}
            error={faults.of('startsAt')}
            onChange={({ currentTarget }) => change({ startsAt: currentTarget.value })}
          />
        ) : null}
        {draft.access === 'unlimited' ? null : (
          <s-select
            label="When access is over"
            value={draft.ending}
            details="A later purchase finds what was done in the course again, unless the enrolment was removed."
            onChange={({ currentTarget }) =>
              change({ ending: currentTarget.value as Draft['ending'] })
            }
          >
            <s-option value="suspend">Suspend the enrolment, keep what was done</s-option>
            <s-option value="remove">Remove the enrolment</s-option>
          </s-select>
        )}
        <s-select
          label="Bought again while there is still access"
          value={draft.again}
          onChange={({ currentTarget }) => change({ again: currentTarget.value as Draft['again'] })}
        >
          <s-option value="extend">Goes on where that ends</s-option>
          <s-option value="replace">Begins anew</s-option>
          <s-option value="ignore">Gives nothing more</s-option>
        </s-select>
      </div>
    </s-section>
  );
}
