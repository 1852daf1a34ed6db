/** What Rollcall may do at a destination. */
import type { Policy } from './policy.ts';

interface KeepingProps {
  readonly policy: Policy;
  readonly onChange: (changed: Partial<Policy>) => void;
}

/** The card. */
export function Keeping({ policy: { writes, accounts, drift }, onChange }: KeepingProps) {
  return (
    <s-section heading="What Rollcall does">
      <div className="stack">
        <s-checkbox
          label="Create accounts"
          details="For whoever has none there yet. Else they wait until somebody makes one."
          checked={writes.create}
          onChange={({ currentTarget }) =>
            onChange({ writes: { ...writes, create: currentTarget.checked } })
          }
        />
        <s-checkbox
          label="Update accounts"
          details="Keep fields, tags and courses of accounts as they should be."
          checked={writes.update}
          onChange={({ currentTarget }) =>
            onChange({ writes: { ...writes, update: currentTarget.checked } })
          }
        />
        <s-select
          label="Who gets an account"
          value={accounts}
          onChange={({ currentTarget }) =>
            onChange({ accounts: currentTarget.value as Policy['accounts'] })
          }
        >
          <s-option value="everybody">Everybody who is included</s-option>
          <s-option value="members">Only who has something there, like a course</s-option>
        </s-select>
        <s-select
          label="When somebody changes there what Rollcall keeps"
          value={drift}
          onChange={({ currentTarget }) =>
            onChange({ drift: currentTarget.value as Policy['drift'] })
          }
        >
          <s-option value="correct">Put it right again</s-option>
          <s-option value="report">Leave it, and say so in Activity</s-option>
        </s-select>
      </div>
    </s-section>
  );
}
