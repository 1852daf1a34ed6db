/** What waits for a person, what stops most first. */
import { useHref } from '../../parts/href.ts';
import type { Attention } from './overview.ts';

/** Where somebody goes to settle it. */
interface Mend {
  readonly button: string;
  readonly path: string;
}

/** The card. */
export function AttentionCard({ list }: { readonly list: readonly Attention[] }) {
  const href = useHref();
  if (list.length === 0)
    return (
      <s-section>
        <p className="step">
          <s-icon type="check-circle-filled" tone="success" />
          <span>Nothing needs your attention.</span>
        </p>
      </s-section>
    );
  return (
    <s-section heading="Needs attention">
      <ul className="steps-list divided">
        {list.map((one) => {
          const { button, path } = mendOf(one);
          return (
            <li key={`${one.kind} ${one.destination?.id}`} className="step">
              <s-icon type="alert-triangle" tone={urgent.has(one.kind) ? 'critical' : 'caution'} />
              <span>{one.about}</span>
              <s-button href={href(path)}>{button}</s-button>
            </li>
          );
        })}
      </ul>
    </s-section>
  );
}

const urgent: ReadonlySet<Attention['kind']> = new Set(['quarantined', 'guard', 'orders-unread']);

function mendOf({ kind, destination }: Attention): Mend {
  const settings = `/settings/destinations/${destination?.id}`;
  switch (kind) {
    case 'quarantined':
      return { button: 'See what to do', path: settings };
    case 'guard':
      return { button: 'Decide', path: settings };
    case 'held':
    case 'rejected':
      return { button: 'See people', path: '/people?state=attention' };
    case 'orders-held':
    case 'orders-asked':
      return { button: 'See orders', path: '/courses/attention' };
    case 'orders-unread':
      return { button: 'See destinations', path: '/settings' };
    case 'dead-letters':
      return { button: 'See messages', path: '/activity/inbox?state=dead' };
  }
}
