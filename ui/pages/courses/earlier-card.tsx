/** The card that leads to orders of before an offer was made. */
import { useHref } from '../../parts/href.ts';

/** The card. */
export function EarlierCard() {
  const href = useHref();
  return (
    <s-section heading="Earlier orders">
      <div className="stack">
        <p className="muted">
          An offer counts for orders that are placed from then on. It can be applied to earlier ones
          as well: you see who would get what before anything is done.
        </p>
        <div>
          <s-button href={href('/courses/earlier')}>Apply to earlier orders</s-button>
        </div>
      </div>
    </s-section>
  );
}
