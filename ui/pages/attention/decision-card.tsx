/** One decision: what was bought, why it waits, and what can be done. */
import { When } from '../../parts/when.tsx';
import type { CourseName } from '../courses/catalogue.ts';
import { Answer } from './answer.tsx';
import { Learners } from './learners.tsx';
import { type Decision, titleOf } from './rights.ts';

interface DecisionCardProps {
  readonly decision: Decision;
  readonly courseName: CourseName;
}

/** The card. */
export function DecisionCard({ decision: { rights }, courseName }: DecisionCardProps) {
  const [first] = rights;
  if (first === undefined) return null;
  const { orderName, destinationId, membership, question, reason, userName, purchasedAt } = first;
  const course = courseName(destinationId, membership);
  const why = question ?? reason ?? '';
  return (
    <s-section heading={`${orderName ?? 'Order'}: ${titleOf(first)}`}>
      <div className="stack">
        <div>
          <p>{why.charAt(0).toUpperCase() + why.slice(1)}.</p>
          <p className="muted">
            {course}
            {userName === null ? null : `, for ${userName}`}
            {rights.length > 1 ? `, ${rights.length} learners` : null}
            {purchasedAt === null ? null : (
              <>
                . Bought <When at={purchasedAt} />.
              </>
            )}
          </p>
        </div>
        {question === null ? (
          <Learners rights={rights} course={course} />
        ) : (
          <Answer right={first} course={course} />
        )}
      </div>
    </s-section>
  );
}
