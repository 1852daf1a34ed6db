/** The page *Settings*: destinations, who is told of trouble, how long things are kept, and what cannot be undone. */
import { useAnswer } from '../../api/queries.ts';
import { DestinationBadge } from '../../parts/destination-state.tsx';
import { useHref } from '../../parts/href.ts';
import { Offline } from '../../parts/offline.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import type { Destination } from '../destination/destination.ts';
import type { NoticeSettings } from '../notices/notices.ts';
import { DangerZone } from './danger.tsx';
import { Retention } from './retention.tsx';

const everyMs = 5_000;

/** The page. */
export default function SettingsPage() {
  useTitle('Settings');
  const answer = useAnswer<{ readonly destinations: readonly Destination[] }>('/destinations', {
    everyMs,
  });
  const notices = useAnswer<NoticeSettings>('/notices/settings');
  const others = [notices, useAnswer('/retention'), useAnswer('/exports')];
  // All at once: what came later would push down what is being read.
  if (answer.isPending || others.some(({ isPending }) => isPending))
    return <Loading title="Settings" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  return (
    <s-page heading="Settings">
      <Offline error={answer.error} retry={() => void answer.refetch()} />
      <Destinations destinations={answer.data.destinations} />
      <Notices settings={notices.data} />
      <Retention />
      <DangerZone />
    </s-page>
  );
}

function Destinations({ destinations }: { readonly destinations: readonly Destination[] }) {
  const href = useHref();
  return (
    <s-section heading="Destinations">
      <div className="stack">
        {destinations.length === 0 ? (
          <p className="muted">No store and no learning system is connected yet.</p>
        ) : (
          <ul className="plain divided">
            {destinations.map((destination) => (
              <li key={destination.id}>
                <div className="wide">
                  <b>{destination.name}</b>
                  {destination.reason === null ? null : (
                    <p className="muted">{destination.reason}</p>
                  )}
                </div>
                <DestinationBadge {...destination} busy={false} />
                <s-button
                  href={href(`/settings/destinations/${destination.id}`)}
                  accessibilityLabel={`Manage ${destination.name}`}
                >
                  Manage
                </s-button>
              </li>
            ))}
          </ul>
        )}
        <div>
          <s-button href={href('/courses/connect')}>Connect another</s-button>
        </div>
      </div>
    </s-section>
  );
}

function Notices({ settings }: { readonly settings: NoticeSettings | undefined }) {
  const href = useHref();
  return (
    <s-section heading="Notifications">
      <ul className="plain">
        <li>
          <span className="wide">
            {settings === undefined ? 'Loading…' : noticeWords(settings)}
          </span>
          <s-button
            href={href('/settings/notifications')}
            accessibilityLabel="Change notifications"
          >
            Change
          </s-button>
        </li>
      </ul>
    </s-section>
  );
}

function noticeWords({ webhook, recipients }: NoticeSettings): string {
  const who = [
    ...(recipients.length === 0 ? [] : [recipients.join(', ')]),
    ...(webhook === null ? [] : [webhook.url]),
  ];
  if (who.length === 0) return 'Nobody is told yet when something stops and needs somebody.';
  return `When something stops and needs somebody, told are ${who.join(' and ')}.`;
}
