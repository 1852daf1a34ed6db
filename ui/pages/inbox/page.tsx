/** The page *Activity → Messages from your shop*: webhooks as they came, and what became of each. */
import { useSearchParams } from 'wouter';
import { sentenceOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { Offline } from '../../parts/offline.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { useTitle } from '../../parts/title.ts';
import { Turn } from '../../parts/turn.tsx';
import { activityTabs } from '../activity/tabs.ts';
import { type Deliveries, isState, stateWords } from './deliveries.ts';
import { DeliveryLine } from './delivery.tsx';

const perPage = 50;
const everyMs = 5_000;

/** The page. */
export default function InboxPage() {
  useTitle('Messages from your shop', 'Activity');
  const [search, setSearch] = useSearchParams();
  const asked = search.get('state');
  const state = isState(asked) ? asked : '';
  const before = search.get('before');
  const query = new URLSearchParams({
    limit: String(perPage),
    ...(state === '' ? {} : { state }),
    ...(before === null ? {} : { before }),
  });
  const answer = useAnswer<Deliveries>(`/inbox?${query}`, { everyMs, keep: true });
  if (answer.isPending) return <Loading title="Activity" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const { deliveries } = answer.data;
  const show = (wanted: string) => setSearch(wanted === '' ? {} : { state: wanted });
  const last = deliveries.length < perPage ? undefined : deliveries.at(-1);
  return (
    <s-page heading="Activity" inlineSize="large">
      <Offline error={answer.error} retry={() => void answer.refetch()} />
      <Tabs label="Activity" tabs={activityTabs} current="/activity/inbox" />
      <s-section accessibilityLabel="Messages from your shop">
        <div className="stack">
          <p className="muted">
            Your shop tells of customers, orders and products that change. A message that is lost or
            given up harms nothing for good: Rollcall reads the shop again by itself.
          </p>
          <div className="row">
            <s-select
              label="Show"
              value={state}
              onChange={({ currentTarget }) => show(currentTarget.value ?? '')}
            >
              <s-option value="">All messages</s-option>
              {Object.entries(stateWords).map(([value, { name }]) => (
                <s-option key={value} value={value}>
                  {name}
                </s-option>
              ))}
            </s-select>
            {state === 'dead' && deliveries.length > 0 ? <ReplayAll /> : null}
          </div>
          <ol className="divided log" aria-busy={answer.isPlaceholderData}>
            {deliveries.map((delivery) => (
              <DeliveryLine key={delivery.id} delivery={delivery} />
            ))}
          </ol>
          {deliveries.length === 0 ? <Empty all={state === ''} /> : null}
          <Turn
            next={
              last === undefined
                ? null
                : () => setSearch({ ...(state === '' ? {} : { state }), before: last.id })
            }
            first={before === null ? null : () => show(state)}
          />
        </div>
      </s-section>
    </s-page>
  );
}

function Empty({ all }: { readonly all: boolean }) {
  return (
    <s-empty-state heading={all ? 'No message yet' : 'None of these'}>
      <p>
        {all
          ? 'Messages appear here as soon as something changes in your shop.'
          : 'There is no message of this kind.'}
      </p>
    </s-empty-state>
  );
}

const replayedWords = (count: number): string =>
  count === 1 ? '1 message is handled again' : `${count} messages are handled again`;

/** Works off again all that was given up. */
function ReplayAll() {
  const replay = useChange<void, { readonly replayed: number }>(() => ({
    path: '/inbox/replay',
    method: 'POST',
    body: { state: 'dead' },
  }));
  // None is left that was given up, and so no button, by the time it is done.
  const press = () =>
    replay.mutateAsync(undefined).then(
      ({ replayed }) => announce(replayedWords(replayed)),
      () => undefined, // shown below
    );
  return (
    <>
      <s-button variant="primary" loading={replay.isPending} onClick={() => void press()}>
        Try all again
      </s-button>
      <span role="alert" className="fault">
        {replay.isError ? sentenceOf(replay.error) : ''}
      </span>
    </>
  );
}
