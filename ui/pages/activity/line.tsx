/** A line of the log: what happened in a sentence, and unfolded each step, and what was before and after. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { useHref } from '../../parts/href.ts';
import { When } from '../../parts/when.tsx';
import { type Detail, type Line, outcomes } from './log.ts';
import { TryAgain } from './try-again.tsx';

/** The line. */
export function LogLine({ line }: { readonly line: Line }) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <details
        className="fold log-line"
        onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      >
        <summary>
          <span>{line.summary}</span>
          <span className="tail">
            {line.outcome === 'done' ? null : (
              <s-badge tone={outcomes[line.outcome].tone}>{outcomes[line.outcome].name}</s-badge>
            )}
            <When at={line.at} />
          </span>
        </summary>
        {open ? <Unfolded line={line} /> : null}
      </details>
    </li>
  );
}

function Unfolded({ line }: { readonly line: Line }) {
  const href = useHref();
  const { data, error } = useAnswer<Detail>(`/activity/${line.id}`);
  if (data === undefined)
    return <p className="folded muted">{error === null ? 'Loading…' : sentenceOf(error)}</p>;
  const facts = [
    { name: 'When', words: new Date(line.at).toLocaleString() },
    { name: 'By', words: line.actor ?? 'Rollcall' },
    ...data.steps.map(({ name, words }) => ({ name: stepNames[name] ?? name, words })),
    ...(line.requestId === null ? [] : [{ name: 'Request', words: line.requestId }]),
  ];
  const isPerson = line.resourceId !== null && !line.kind.startsWith('Group.');
  return (
    <div className="folded">
      {data.changes.length === 0 ? null : <Changes changes={data.changes} />}
      <dl className="told">
        {facts.map(({ name, words }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      {isPerson ? (
        <div className="row">
          <s-button href={href(`/people/${line.resourceId}`)}>Open person</s-button>
          {line.outcome === 'done' ? null : <TryAgain line={line} />}
        </div>
      ) : null}
    </div>
  );
}

/** Steps that are told with every look; others go by the names of what they tell. */
const stepNames: Readonly<Record<string, string>> = {
  scope: 'Belongs there',
  match: 'Matched account',
  plan: 'Decision',
  orderId: 'Order',
  lineId: 'Line of the order',
  grantId: 'Access',
  offerId: 'Offer',
  state: 'State',
};

function Changes({ changes }: Pick<Detail, 'changes'>) {
  return (
    <table className="before-after">
      <thead>
        <tr>
          <th scope="col">Changed</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ name, before, after }) => (
          <tr key={name}>
            <th scope="row">{name.replace(/^urn:.*:/, '')}</th>
            <Value value={before} />
            <Value value={after} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ value }: { readonly value: unknown }) {
  const words = wordsOf(value);
  return <td>{words === '' ? <span className="muted">nothing</span> : words}</td>;
}

function wordsOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  if (Array.isArray(value)) return value.map(wordsOf).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
