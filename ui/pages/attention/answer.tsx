/** Something happened to an order, and the offer leaves it to somebody what it means. */
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announceDone } from '../../parts/announce.ts';
import type { Right } from './rights.ts';

const answers = [
  ['keep', 'Keep the course', 'keeps the course'],
  ['suspend', 'Suspend the enrolment', 'is suspended'],
  ['remove', 'Remove the enrolment', 'is removed'],
] as const;

type AnswerName = (typeof answers)[number][0];

interface AnswerProps {
  readonly right: Right;
  readonly course: string;
}

/** The buttons. */
export function Answer({ right, course }: AnswerProps) {
  const change = useChange((answer: AnswerName) => ({
    path: `/grants/${right.id}/answer`,
    method: 'POST',
    body: { answer },
  }));
  const who = right.userName ?? 'The learner';
  return (
    <div className="narrow-stack">
      <s-button-group>
        {answers.map(([answer, label, becomes]) => (
          <s-button
            key={answer}
            slot="secondary-actions"
            {...(answer === 'remove' ? { tone: 'critical' as const } : {})}
            loading={change.isPending && change.variables === answer}
            onClick={() => {
              if (change.isPending) return;
              void announceDone(change.mutateAsync(answer), `${who} ${becomes} in ${course}`);
            }}
          >
            {label}
          </s-button>
        ))}
      </s-button-group>
      <p className="muted">
        Suspending keeps what was done in the course; removing takes it away with the enrolment.
      </p>
      <p className="fault" role="alert">
        {change.isError ? sentenceOf(change.error) : ''}
      </p>
    </div>
  );
}
