/** The list of people: a line for each, with how they stand. */
import { useHref } from '../../parts/href.ts';
import { mostUrgent, StateBadge } from '../../parts/state-badge.tsx';
import { When } from '../../parts/when.tsx';
import type { Listed } from './people.ts';

/** A destination, as a line needs it. */
export interface Place {
  readonly name: string;
  /** Whether anybody is brought there now; while not, all wait. */
  readonly working: boolean;
}

interface RowsProps {
  readonly people: readonly Listed[];
  /** Destinations by their ids. */
  readonly places: ReadonlyMap<string, Place>;
}

/** The columns. */
export function Headers() {
  return (
    <s-table-header-row>
      <s-table-header listSlot="primary">Person</s-table-header>
      <s-table-header listSlot="inline">Account</s-table-header>
      <s-table-header listSlot="inline">Destinations</s-table-header>
      <s-table-header>From</s-table-header>
      <s-table-header>Last change</s-table-header>
    </s-table-header-row>
  );
}

/** A line for each. */
export function Rows({ people, places }: RowsProps) {
  const href = useHref();
  return people.map((person) => (
    <s-table-row key={person.id} clickDelegate={`person-${person.id}`}>
      <s-table-cell>
        <div className="who">
          <s-link id={`person-${person.id}`} href={href(`/people/${person.id}`)}>
            {person.name}
          </s-link>
          <span className="muted">{person.email ?? person.userName}</span>
        </div>
      </s-table-cell>
      <s-table-cell>
        <s-badge tone={person.active ? 'success' : 'neutral'}>
          {person.active ? 'Active' : 'Inactive'}
        </s-badge>
      </s-table-cell>
      <s-table-cell>
        <Standing destinations={person.destinations} places={places} />
      </s-table-cell>
      <s-table-cell>{person.source.name}</s-table-cell>
      <s-table-cell>
        <When at={person.modifiedAt} />
      </s-table-cell>
    </s-table-row>
  ));
}

/** What matters most, and where. */
function Standing({
  destinations,
  places,
}: Pick<Listed, 'destinations'> & Pick<RowsProps, 'places'>) {
  if (destinations.length === 0) return <span className="muted">Nowhere yet</span>;
  const told = destinations.filter(
    ({ state, destinationId }) =>
      state !== 'waiting' || places.get(destinationId)?.working !== false,
  );
  if (told.length === 0) return <span className="muted">Paused</span>;
  const state = mostUrgent(told.map((one) => one.state));
  const there = told.filter((one) => one.state === state);
  const [first] = there;
  const place = first === undefined ? undefined : places.get(first.destinationId);
  // Where all is well, nothing asks for attention.
  if (state === 'done') return <span className="muted">Up to date</span>;
  if (there.length > 1 || place === undefined) return <StateBadge state={state} />;
  return <StateBadge state={state} place={place.name} />;
}
