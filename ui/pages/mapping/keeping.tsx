/** What Rollcall may do at a destination. */
import type { Policy } from './policy.ts';

interface KeepingProps {
  readonly connector: string;
  readonly policy: Policy;
  readonly onChange: (changed: Partial<Policy>) => void;
}

const ways = ['key', 'email', 'phone'] as const;

/** The card. */
export function Keeping({ connector, policy, onChange }: KeepingProps) {
  const { writes, match, accounts, drift } = policy;
  const matching = (by: 'email' | 'phone', on: boolean) =>
    onChange({ match: ways.filter((one) => (one === by ? on : match.includes(one))) });
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
        <s-checkbox
          label="Take over an account with the same e-mail address"
          details="Who had an account before is the same person. Else they wait until somebody decides."
          checked={match.includes('email')}
          onChange={({ currentTarget }) => matching('email', currentTarget.checked)}
        />
        {connector !== 'shopify' ? null : (
          <s-checkbox
            label="Take over a customer with the same phone number"
            details="Where the e-mail address leads to another customer, somebody decides."
            checked={match.includes('phone')}
            onChange={({ currentTarget }) => matching('phone', currentTarget.checked)}
          />
        )}
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
