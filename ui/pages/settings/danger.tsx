/** What stops everything, or cannot be undone. */
import { useState } from 'react';
import { ask } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { useTenant } from '../../shell/tenant.ts';
import { type Destination, pathOf } from '../destination/destination.ts';

interface Destinations {
  readonly destinations: readonly Destination[];
}

/** The card. */
export function DangerZone() {
  const { tenantId } = useTenant();
  const { data, refetch } = useAnswer<Destinations>('/destinations');
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const running = data?.destinations.filter(({ state }) => state !== 'paused') ?? [];
  const pauseAll = async () => {
    for (const { id } of running)
      await ask(`/tenants/${tenantId}${pathOf(id)}/pause`, { method: 'POST', body: {} });
  };
  const press = () =>
    setQuestion({
      title: 'Pause everything?',
      text: 'No customer and no learner is changed any more, anywhere, until you resume each destination. What happens meanwhile is kept and made up for.',
      button: 'Pause everything',
      failed: 'Not everything was paused.',
      act: pauseAll,
      onDone: () => {
        announce('Everything is paused');
        void refetch();
      },
    });
  return (
    <s-section heading="Danger zone">
      <ul className="plain divided">
        <li>
          <div className="wide">
            <b>Pause everything</b>
            <p className="muted">
              When something goes wrong and you need time: nobody is changed anywhere.
            </p>
          </div>
          {running.length === 0 ? (
            <span className="muted">Everything is paused</span>
          ) : (
            <s-button tone="critical" onClick={press}>
              Pause everything
            </s-button>
          )}
        </li>
        <li>
          <div className="wide">
            <b>Leave Rollcall</b>
            <p className="muted">
              Uninstall the app in Shopify, under Settings → Apps. Everything stands still at once:
              customers and learners stay as they are. Come back within the time of grace, and you
              find everything as it was; afterwards all that is held of your store is erased.
            </p>
          </div>
        </li>
      </ul>
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </s-section>
  );
}
