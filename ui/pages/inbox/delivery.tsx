/** A message of the shop: what it tells of, what became of it, and unfolded what it says. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { announceDone } from '../../parts/announce.ts';
import { When } from '../../parts/when.tsx';
import { type Delivery, stateWords, topicWords } from './deliveries.ts';

/** The line. */
export function DeliveryLine({ delivery }: { readonly delivery: Delivery }) {
  const [open, setOpen] = useState(false);
  const { name, tone } = stateWords[delivery.state];
  return (
    <li>
      <details
        className="fold log-line"
        onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      >
        <summary>
          <span>{topicWords(delivery.topic)}</span>
          <span className="tail">
            {delivery.state === 'done' ? null : <s-badge tone={tone}>{name}</s-badge>}
            <When at={delivery.receivedAt} />
          </span>
        </summary>
        {open ? <Unfolded delivery={delivery} /> : null}
      </details>
    </li>
  );
}

function Unfolded({ delivery }: { readonly delivery: Delivery }) {
  const { id, topic, error, attempts, receivedAt, doneAt } = delivery;
  const state = stateWords[delivery.state].name;
  const answer = useAnswer<{ readonly body: string }>(`/inbox/${id}`);
  const replay = useChange<void>(() => ({ path: `/inbox/${id}/replay`, method: 'POST', body: {} }));
  const press = () =>
    void announceDone(replay.mutateAsync(undefined), 'The message is handled again');
  return (
    <div className="folded">
      {error === null ? null : <p className="fault">{error}</p>}
      <dl className="told">
        <Fact name="State" words={state} />
        <Fact name="Topic" words={topic} />
        <Fact name="Received" words={new Date(receivedAt).toLocaleString()} />
        {doneAt === null ? null : <Fact name="Handled" words={new Date(doneAt).toLocaleString()} />}
        <Fact name="Failed attempts" words={String(attempts)} />
      </dl>
      <section className="code" aria-label="Content of the message">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard. */}
        <pre tabIndex={0}>
          {answer.data === undefined
            ? answer.error === null
              ? 'Loading…'
              : sentenceOf(answer.error)
            : indented(answer.data.body)}
        </pre>
      </section>
      <div className="row">
        <s-button loading={replay.isPending} onClick={press}>
          Try again
        </s-button>
        <span role="alert" className="fault">
          {replay.isError ? sentenceOf(replay.error) : ''}
        </span>
      </div>
    </div>
  );
}

function Fact({ name, words }: { readonly name: string; readonly words: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{words}</dd>
    </div>
  );
}

/** JSON in lines; anything else as it came. */
function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
