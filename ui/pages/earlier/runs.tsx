/** Offers that were applied to earlier orders: how far each is, and taking it back. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { When } from '../../parts/when.tsx';
import type { Offer } from '../courses/offers.ts';

interface Run {
  readonly id: string;
  readonly offerId: string;
  readonly since: string;
  readonly until: string;
  readonly state: 'running' | 'done' | 'failed' | 'undone';
  /** Orders that were read, and those among them that it was applied to. */
  readonly seen: number;
  readonly applied: number;
  readonly error: string | null;
  readonly actor: string | null;
  readonly createdAt: string;
}

interface RunsProps {
  readonly offers: readonly Offer[];
  /** How many orders there are in a run, where that is known. */
  readonly counted: Readonly<Record<string, number>>;
}

const freshMs = 2_000;

const states = {
  running: ['Under way', 'info'],
  done: ['Done', 'success'],
  failed: ['Stopped', 'critical'],
  undone: ['Undone', 'neutral'],
} as const satisfies Record<Run['state'], readonly [string, string]>;

/** The card; nothing while nothing was applied. */
export function Runs({ offers, counted }: RunsProps) {
  const { data, error } = useAnswer<{ readonly backfills: readonly Run[] }>('/backfills', {
    everyMs: freshMs,
  });
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const undo = useChange((id: string) => ({
    path: `/backfills/${id}/undo`,
    method: 'POST',
    body: {},
  }));
  const nameOf = (run: Run) => offers.find(({ id }) => id === run.offerId)?.name ?? 'An offer';
  const ask = (run: Run) =>
    setQuestion({
      title: `Undo ${nameOf(run)} for ${run.applied} orders?`,
      text: 'What it gave is taken back, and what it changed is as it was before. What another order, a group or a hand gives stays.',
      button: 'Undo',
      failed: 'Not undone.',
      act: () => undo.mutateAsync(run.id),
      onDone: () => announce('It was undone'),
    });
  if (error !== null && data === undefined) return <p role="alert">{sentenceOf(error)}</p>;
  if (data === undefined || data.backfills.length === 0) return null;
  return (
    <s-section heading="Applied before">
      <ul className="plain divided">
        {data.backfills.map((run) => (
          <li key={run.id}>
            <span className="wide">
              <b>{nameOf(run)}</b>{' '}
              <s-badge tone={states[run.state][1]}>{states[run.state][0]}</s-badge>
              <br />
              <span className="muted">
                Orders from {day(run.since)} until {day(run.until)}: {run.seen} read, {run.applied}{' '}
                concerned. Begun <When at={run.createdAt} />
                {run.actor === null ? null : ` by ${run.actor}`}.
              </span>
              {run.error === null ? null : <span className="fault"> {run.error}</span>}
            </span>
            {run.state === 'undone' ? null : (
              <s-button
                variant="tertiary"
                tone="critical"
                accessibilityLabel={`Undo ${nameOf(run)}`}
                onClick={() => ask(run)}
              >
                Undo
              </s-button>
            )}
            {run.state === 'running' ? <Bar run={run} total={counted[run.id]} /> : null}
          </li>
        ))}
      </ul>
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </s-section>
  );
}

/** Where nobody counted the orders before, it moves all the same. */
function Bar({ run, total }: { readonly run: Run; readonly total: number | undefined }) {
  const known = total !== undefined && total > 0;
  return (
    <div className="whole-row">
      <s-progress
        accessibilityLabel="Orders read"
        {...(known ? { value: Math.min(run.seen, total), max: total } : {})}
      />
    </div>
  );
}

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

function day(at: string): string {
  return format.format(new Date(at));
}
