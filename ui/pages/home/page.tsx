/** Home: what to do next, what waits for somebody, how destinations do, and how it grows. */
import { useAnswer } from '../../api/queries.ts';
import { Offline } from '../../parts/offline.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { AttentionCard } from './attention.tsx';
import { Checklist } from './checklist.tsx';
import { Growth } from './growth.tsx';
import { HealthCard } from './health.tsx';
import { Help } from './help.tsx';
import type { Overview } from './overview.ts';

const everyMs = 5_000;

const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The page. */
export default function HomePage() {
  useTitle('Home');
  const answer = useAnswer<Overview>(`/overview?zone=${encodeURIComponent(zone)}`, { everyMs });
  if (answer.isPending) return <Loading title="Home" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const { tenant, checklist, destinations, days, attention } = answer.data;
  return (
    <s-page heading="Home">
      <Offline error={answer.error} retry={() => void answer.refetch()} />
      <Checklist steps={checklist} store={tenant.name} />
      <AttentionCard list={attention} />
      <Growth days={days} />
      <div slot="aside" className="stack">
        <HealthCard destinations={destinations} />
        <Help />
      </div>
    </s-page>
  );
}
