/** The page *User sync → SCIM*: the connection that an identity provider talks to. */
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { freshMs, useAnswer } from '../../api/queries.ts';
import { Offline } from '../../parts/offline.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { ActivityCard } from './activity.tsx';
import { Advanced } from './advanced.tsx';
import { Connection } from './connection.tsx';
import { Guide } from './guide.tsx';
import { OauthClient } from './oauth.tsx';
import { CustomAttributes } from './schemas.tsx';
import { type Line, pathOf, type Source, type Sources, type Status } from './source.ts';
import { Destinations, People } from './standing.tsx';
import { Switches } from './switches.tsx';

const linesShown = 12;

/** The page. */
export default function ScimPage() {
  useTitle('SCIM', 'User sync');
  const [search, setSearch] = useSearchParams();
  const answer = useAnswer<Sources>('/sources', { everyMs: freshMs });
  if (answer.isPending) return <Loading title="SCIM" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const sources = answer.data.sources.filter(({ kind }) => kind === 'scim');
  const source = sources.find(({ id }) => id === search.get('source')) ?? sources[0];
  if (source === undefined)
    return (
      <s-page heading="SCIM">
        <s-section>
          <s-empty-state heading="No connection">
            <p>This store has no SCIM connection yet.</p>
          </s-empty-state>
        </s-section>
      </s-page>
    );
  return (
    <s-page heading="SCIM">
      {sources.length > 1 ? (
        <s-select
          label="Connection"
          value={source.id}
          onChange={({ currentTarget }) => setSearch({ source: currentTarget.value })}
        >
          {sources.map(({ id, name }) => (
            <s-option key={id} value={id}>
              {name}
            </s-option>
          ))}
        </s-select>
      ) : null}
      <Shown key={source.id} source={source} />
    </s-page>
  );
}

/** One connection, kept fresh. */
function Shown({ source }: { readonly source: Source }) {
  const [authorization, setAuthorization] = useState<string | null>(null);
  const path = pathOf(source);
  const status = useAnswer<Status>(`${path}/status`, { everyMs: freshMs });
  const activity = useAnswer<{ readonly activity: readonly Line[] }>(
    `/activity?limit=${linesShown}&source=${source.id}`,
    { everyMs: freshMs },
  );
  const stale = status.isError || activity.isError;
  const again = () => {
    void status.refetch();
    void activity.refetch();
  };
  return (
    <>
      <p className="muted">
        Your identity provider sends its people here; each becomes, and stays, a customer of your
        store.
      </p>
      <Switches source={source} />
      <Connection source={source} onFresh={setAuthorization} />
      <Guide source={source} authorization={authorization} />
      <OauthClient source={source} />
      <CustomAttributes source={source} />
      <Advanced source={source} />
      <div slot="aside" className="stack">
        <Offline error={status.error ?? activity.error} retry={again} />
        {status.isPending || activity.isPending ? (
          <s-spinner accessibilityLabel="Loading what came" />
        ) : (
          <div className={stale ? 'stack stale' : 'stack'}>
            <People status={status.data} provisioningEnabled={source.provisioningEnabled} />
            <Destinations destinations={status.data?.destinations} />
            <ActivityCard lines={activity.data?.activity} />
          </div>
        )}
      </div>
    </>
  );
}
