/** What becomes of an account whose person left, in plain words. */
import type { Leave, Policy } from './policy.ts';

interface LeavingProps {
  readonly connector: string;
  readonly policy: Policy;
  readonly onChange: (changed: Partial<Policy>) => void;
}

interface Way {
  readonly value: Leave;
  readonly title: string;
  readonly details: string;
}

/** As it is in a shop; mildest first. */
const inShopify: readonly Way[] = [
  {
    value: 'keep',
    title: 'Leave the customer as they are',
    details:
      'Rollcall takes back the tags and roles it gave, and then lets go of the customer. Their data and their sign-in stay.',
  },
  {
    value: 'deactivate',
    title: 'Mark the customer as inactive',
    details:
      'They get the tag scim:inactive and lose every tag and company role that Rollcall gave. Whoever comes back is the same customer again.',
  },
  {
    value: 'delete',
    title: 'Delete the customer where Shopify allows it',
    details:
      'Shopify deletes nobody who has ever ordered: they are marked as inactive instead, and Activity says so. Who is deleted comes back as a new customer.',
  },
  {
    value: 'erase',
    title: 'Have their personal data erased',
    details:
      'The customer is marked as inactive, and Shopify is asked to erase their data, which it does some days later. Orders stay without a name. It cannot be undone once Shopify has begun.',
  },
];

const elsewhere: readonly Way[] = [
  {
    value: 'keep',
    title: 'Leave the account as it is',
    details: 'Rollcall takes back what it gave, and then lets go of the account.',
  },
  {
    value: 'deactivate',
    title: 'Deactivate the account',
    details:
      'They cannot sign in, and lose what Rollcall gave; what they did there is kept. Whoever comes back finds it. Where accounts cannot be switched off, only what was given is taken back.',
  },
  {
    value: 'delete',
    title: 'Delete the account where it is possible',
    details: 'What they did there may go with it. Where it is not possible, it is deactivated.',
  },
  {
    value: 'erase',
    title: 'Have their personal data erased',
    details: 'The account is deactivated, and its data is erased. It cannot be undone.',
  },
];

/** How long it may take until it counts. */
const waits = [
  [0, 'At once'],
  [30_000, 'After 30 seconds'],
  [600_000, 'After 10 minutes'],
  [3_600_000, 'After an hour'],
  [86_400_000, 'After a day'],
] as const;

const floors = [0, 3, 10, 25, 50, 100, 250];
const shares = [0.05, 0.1, 0.2, 0.3, 0.5, 1];

const shareWords = (share: number): string =>
  share === 1 ? 'Never ask me' : `${(100 * share).toLocaleString()} % of the accounts`;

/** What can be chosen, and what is chosen by other means. */
const withOwn = (choices: readonly number[], own: number): readonly number[] =>
  [...new Set([...choices, own])].toSorted((one, other) => one - other);

/** The card. */
export function Leaving({ connector, policy: { leave, settleMs, guard }, onChange }: LeavingProps) {
  const shop = connector === 'shopify';
  const ways = shop ? inShopify : elsewhere;
  const known = waits.some(([ms]) => ms === settleMs);
  return (
    <s-section heading="When somebody leaves">
      <div className="stack">
        <p className="muted">
          Somebody leaves when your identity provider deletes them, or they are not included any
          more. Whoever it only makes inactive is marked as inactive, whatever is chosen here.
        </p>
        {shop ? (
          <s-banner>
            <p>
              Shopify has no way for an app to disable a customer’s account: a customer who is
              inactive can still sign in. Hide what is for members alone by the tag{' '}
              <code>scim:inactive</code>.
            </p>
          </s-banner>
        ) : null}
        <s-choice-list
          label="What happens"
          labelAccessibilityVisibility="exclusive"
          values={[leave]}
          onChange={({ currentTarget }) =>
            onChange({ leave: (currentTarget.values[0] ?? leave) as Leave })
          }
        >
          {ways.map(({ value, title, details }) => (
            <s-choice key={value} value={value}>
              {title}
              <s-text slot="details">{details}</s-text>
            </s-choice>
          ))}
        </s-choice-list>
        <s-select
          label="Not being included any more counts"
          details="A move from one group to another leaves and comes back."
          value={String(settleMs)}
          onChange={({ currentTarget }) => onChange({ settleMs: Number(currentTarget.value) })}
        >
          {known ? null : (
            <s-option value={String(settleMs)}>
              {`After ${Math.round(settleMs / 1_000).toLocaleString()} seconds`}
            </s-option>
          )}
          {waits.map(([ms, words]) => (
            <s-option key={ms} value={String(ms)}>
              {words}
            </s-option>
          ))}
        </s-select>
        <s-select
          label="Ask me first where more leave within 24 hours than"
          details="A crowd that leaves at once is more often a mistake: nothing is done until you allow it."
          value={String(guard.share)}
          onChange={({ currentTarget }) =>
            onChange({ guard: { ...guard, share: Number(currentTarget.value) } })
          }
        >
          {withOwn(shares, guard.share).map((share) => (
            <s-option key={share} value={String(share)}>
              {shareWords(share)}
            </s-option>
          ))}
        </s-select>
        {guard.share === 1 ? null : (
          <s-select
            label="So many may always leave"
            value={String(guard.floor)}
            onChange={({ currentTarget }) =>
              onChange({ guard: { ...guard, floor: Number(currentTarget.value) } })
            }
          >
            {withOwn(floors, guard.floor).map((floor) => (
              <s-option key={floor} value={String(floor)}>
                {floor === 1 ? '1 person' : `${floor.toLocaleString()} people`}
              </s-option>
            ))}
          </s-select>
        )}
      </div>
    </s-section>
  );
}
