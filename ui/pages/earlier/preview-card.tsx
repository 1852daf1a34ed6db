/** Who would get what, before anything is done. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import type { Effect, Preview } from './preview.ts';

interface PreviewCardProps {
  readonly preview: Preview;
  readonly onBegun: (id: string) => void;
}

const words = {
  give: ['Gets the course', 'success'],
  change: ['Changes', 'info'],
  'has it': ['Has it already', 'neutral'],
  skip: ['Is left out', 'warning'],
} as const satisfies Record<Effect['effect'], readonly [string, string]>;

const kinds = Object.keys(words) as readonly Effect['effect'][];

/** The card. */
export function PreviewCard({ preview, onBegun }: PreviewCardProps) {
  const { asked, state, orders, counts } = preview;
  const run = useChange<void, { readonly id: string }>(() => ({
    path: '/backfills',
    method: 'POST',
    body: asked,
  }));
  const [shown, setShown] = useState<Effect['effect'] | 'all'>('all');
  const effects = preview.effects.filter(({ effect }) => shown === 'all' || effect === shown);
  const doing = counts.give + counts.change;
  const begin = () =>
    run.mutate(undefined, {
      onSuccess: ({ id }) => {
        announce('The offer is being applied to earlier orders');
        onBegun(id);
      },
    });
  return (
    <s-section heading="What would happen">
      <div className="stack">
        {state === 'reading' ? (
          <div className="narrow-stack">
            <s-progress accessibilityLabel="Reading orders" />
            <p className="muted">{orders} orders read…</p>
          </div>
        ) : null}
        {state === 'failed' ? (
          <s-banner tone="critical" heading="The preview could not be read to its end">
            <p>{sentenceOf(preview.error)}</p>
          </s-banner>
        ) : null}
        {state === 'done' ? (
          <p role="status">
            {doing === 0
              ? `Nothing would change: of ${ordersWords(orders)} none gives anything more by this offer.`
              : `Of ${ordersWords(orders)}, ${peopleWords(doing)}.`}
          </p>
        ) : null}
        <dl className="facts">
          {kinds.map((kind) => (
            <div key={kind}>
              <dt>{words[kind][0]}</dt>
              <dd>{counts[kind]}</dd>
            </div>
          ))}
        </dl>
        {preview.effects.length === 0 ? null : (
          <>
            <s-select
              label="Show"
              value={shown}
              onChange={({ currentTarget }) => setShown(currentTarget.value as typeof shown)}
            >
              <s-option value="all">All</s-option>
              {kinds.map((kind) => (
                <s-option key={kind} value={kind}>
                  {words[kind][0]}
                </s-option>
              ))}
            </s-select>
            <Effects effects={effects} />
          </>
        )}
        {state === 'done' && doing > 0 ? (
          <div className="narrow-stack">
            <div>
              <s-button variant="primary" loading={run.isPending} onClick={begin}>
                Apply to these orders
              </s-button>
            </div>
            <p className="muted">It can be undone afterwards.</p>
          </div>
        ) : null}
        <p className="fault" role="alert">
          {run.isError ? sentenceOf(run.error) : ''}
        </p>
      </div>
    </s-section>
  );
}

const shownAtOnce = 50;

function Effects({ effects }: { readonly effects: readonly Effect[] }) {
  const [most, setMost] = useState(shownAtOnce);
  if (effects.length === 0) return <p className="muted">Nobody.</p>;
  return (
    <>
      <s-table>
        <s-table-header-row>
          <s-table-header listSlot="primary">Learner</s-table-header>
          <s-table-header listSlot="labeled">Order</s-table-header>
          <s-table-header listSlot="labeled">What happens</s-table-header>
        </s-table-header-row>
        <s-table-body>
          {effects.slice(0, most).map((one, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines only ever come after those there are
            <s-table-row key={index}>
              <s-table-cell>{one.learner ?? 'Not named'}</s-table-cell>
              <s-table-cell>
                {one.order}, {one.line}
              </s-table-cell>
              <s-table-cell>
                <span>
                  <s-badge tone={words[one.effect][1]}>{words[one.effect][0]}</s-badge>
                  {one.reason === null ? null : <span className="muted"> {one.reason}</span>}
                </span>
              </s-table-cell>
            </s-table-row>
          ))}
        </s-table-body>
      </s-table>
      {effects.length > most ? (
        <div>
          <s-button onClick={() => setMost(most + shownAtOnce)}>Show more</s-button>
        </div>
      ) : null}
    </>
  );
}

function ordersWords(count: number): string {
  return count === 1 ? '1 order' : `${count} orders`;
}

function peopleWords(count: number): string {
  return count === 1 ? '1 learner gets something' : `${count} learners get something`;
}
