/** The page of one person: who says who they are, what they have everywhere, and why. */
import { useState } from 'react';
import { useParams } from 'wouter';
import { useAnswer } from '../../api/queries.ts';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { When } from '../../parts/when.tsx';
import { Destination } from './destination.tsx';
import { Give } from './give.tsx';
import { Identity } from './identity.tsx';
import type { Person, Standing } from './person.ts';
import { SyncResult, useSync } from './sync.tsx';
import { Timeline } from './timeline.tsx';

const freshMs = 2_000;

/** The page. */
export default function PersonPage() {
  const { personId = '' } = useParams();
  const answer = useAnswer<Person>(`/people/${personId}`, { everyMs: freshMs });
  const person = answer.data;
  useTitle(person?.name ?? 'Person', 'People');
  // The button that needs them would push the rest down.
  const { isPending } = useAnswer('/destinations');
  if (answer.isPending || isPending) return <Loading title="Person" />;
  if (person === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  return <Shown person={person} again={() => void answer.refetch()} />;
}

function Shown({ person, again }: { readonly person: Person; readonly again: () => void }) {
  const href = useHref();
  const sync = useSync(person, person.id);
  const [giving, setGiving] = useState(false);
  const destinations = useAnswer<{
    readonly destinations: readonly { readonly id: string; readonly name: string }[];
  }>('/destinations');
  const here = person.deletedAt === null;
  const places = destinations.data?.destinations ?? [];
  return (
    <s-page heading={person.name}>
      {here ? (
        <s-badge slot="accessory" tone={person.active ? 'success' : 'neutral'}>
          {person.active ? 'Active' : 'Inactive'}
        </s-badge>
      ) : null}
      <s-link slot="breadcrumb-actions" href={href('/people')}>
        People
      </s-link>
      {here && places.length > 0 ? (
        <s-button slot="secondary-actions" onClick={() => setGiving(true)}>
          Give a course
        </s-button>
      ) : null}
      {person.destinations.length > 0 ? (
        <s-button
          slot="primary-action"
          variant="primary"
          loading={sync.running}
          onClick={sync.start}
        >
          Sync now
        </s-button>
      ) : null}
      <Life person={person} />
      <SyncResult sync={sync} person={person} />
      {shopFirst(person.destinations).map((standing) => (
        <Destination key={standing.linkId} standing={standing} onChanged={again} />
      ))}
      {person.destinations.length > 0 ? null : <Nowhere here={here} />}
      <Timeline personId={person.id} />
      <div slot="aside" className="stack">
        <Identity person={person} />
      </div>
      {giving ? (
        <Give
          person={person}
          destinations={places}
          onClose={() => setGiving(false)}
          onGiven={again}
        />
      ) : null}
    </s-page>
  );
}

/** These are pages of a shop. */
function shopFirst(standings: readonly Standing[]): readonly Standing[] {
  const rank = ({ connector }: Standing) => (connector === 'shopify' ? 0 : 1);
  return standings.toSorted((one, other) => rank(one) - rank(other));
}

/** Whether they are on the roll at all. */
function Life({ person: { deletedAt, active, source } }: { readonly person: Person }) {
  if (deletedAt !== null)
    return (
      <s-banner tone="warning" heading="Deleted">
        <p>
          {source?.name ?? 'Their connection'} deleted this person <When at={deletedAt} />. What is
          remembered of them is kept for their return.
        </p>
      </s-banner>
    );
  if (active) return null;
  return (
    <s-banner heading="Inactive">
      <p>
        {source?.name ?? 'Their connection'} says that this person is not active, so they have no
        access anywhere.
      </p>
    </s-banner>
  );
}

function Nowhere({ here }: { readonly here: boolean }) {
  return (
    <s-section heading="Destinations">
      <p className="muted">
        {here
          ? 'No destination is connected yet: this person is kept here until one is.'
          : 'Nothing is kept of them at any destination.'}
      </p>
    </s-section>
  );
}
