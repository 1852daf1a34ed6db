/** Who would leave a destination, where they are more than usual: by name, to be allowed or discarded. */
import { useState } from 'react';
import { ask } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { useHref } from '../../parts/href.ts';
import { When } from '../../parts/when.tsx';
import { useTenant } from '../../shell/tenant.ts';
import { type Destination, type Guard, type Guarded, pathOf } from './destination.ts';

const everyMs = 5_000;
const perPage = 50;
const mostShown = 200;

/** The card. */
export function GuardCard({ destination }: { readonly destination: Destination }) {
  const [limit, setLimit] = useState(perPage);
  const { data, refetch } = useAnswer<Guard>(`${pathOf(destination.id)}/guard?limit=${limit}`, {
    everyMs,
    keep: true,
  });
  if (data === undefined) return null;
  return (
    <s-section heading="When many would leave at once">
      <div className="stack">
        {data.state === 'watching' ? (
          <Watching guard={data} />
        ) : (
          <Held destination={destination} guard={data} onDecided={() => void refetch()} />
        )}
        {data.next !== null && limit < mostShown ? (
          <div>
            <s-button onClick={() => setLimit(mostShown)}>Show more</s-button>
          </div>
        ) : null}
      </div>
    </s-section>
  );
}

function Watching({ guard: { limits, counts } }: { readonly guard: Guard }) {
  return (
    <p className="muted">
      Nobody waits for you. {counts.left.toLocaleString()} of {counts.accounts.toLocaleString()}{' '}
      people left in the last 24 hours; beyond {limits.most.toLocaleString()} you are asked first.
    </p>
  );
}

type Decision = 'allow' | 'discard';

interface HeldProps {
  readonly destination: Destination;
  readonly guard: Guard;
  readonly onDecided: () => void;
}

function Held({ destination, guard, onDecided }: HeldProps) {
  const { tenantId } = useTenant();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const { people, counts, limits } = guard;
  const held = counts.heldAccounts + counts.heldMemberships;
  const chosen = people.filter(({ link }) => ticked.has(link));
  const tick = (link: string, on: boolean) => {
    const next = new Set(ticked);
    if (on) next.add(link);
    else next.delete(link);
    setTicked(next);
  };
  const decide = (what: Decision) => {
    const count = chosen.length === 0 ? held : chosen.length;
    const body = chosen.length === 0 ? { all: true } : { links: chosen.map(({ link }) => link) };
    const path = `/tenants/${tenantId}${pathOf(destination.id)}/guard/${what}`;
    setQuestion({
      ...questionAbout(what, count, destination.name),
      act: () => ask(path, { method: 'POST', body }),
      onDone: () => {
        setTicked(new Set());
        announce(`${peopleWords(count)} ${what === 'allow' ? 'may leave' : 'stay'}`);
        onDecided();
      },
    });
  };
  const whom = chosen.length === 0 ? `all ${held.toLocaleString()}` : `${chosen.length} chosen`;
  return (
    <>
      <s-banner tone="warning" heading={`${peopleWords(held)} would leave ${destination.name}`}>
        <p>
          That is more than usual (beyond {limits.most.toLocaleString()} of{' '}
          {counts.accounts.toLocaleString()} within 24 hours), so nothing was done. If it is a
          mistake, put it right at your identity provider: whoever is back there waits no more.
        </p>
      </s-banner>
      <ul className="plain divided" aria-label="Who would leave">
        {people.map((person) => (
          <Person
            key={person.link}
            person={person}
            ticked={ticked.has(person.link)}
            onTick={(on) => tick(person.link, on)}
          />
        ))}
      </ul>
      <div className="row">
        <s-button tone="critical" onClick={() => decide('allow')}>
          Allow {whom} to leave
        </s-button>
        <s-button onClick={() => decide('discard')}>Keep {whom}</s-button>
      </div>
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </>
  );
}

interface PersonProps {
  readonly person: Guarded;
  readonly ticked: boolean;
  readonly onTick: (on: boolean) => void;
}

function Person({ person, ticked, onTick }: PersonProps) {
  const href = useHref();
  const { resourceId, name, email, memberships, since } = person;
  const called = name ?? email ?? 'Somebody no longer known';
  return (
    <li>
      <s-checkbox
        label={`Choose ${called}`}
        accessibilityLabel={`Choose ${called}`}
        labelAccessibilityVisibility="exclusive"
        checked={ticked}
        onChange={({ currentTarget }) => onTick(currentTarget.checked)}
      />
      <span className="wide">
        <s-link href={href(`/people/${resourceId}`)}>{called}</s-link>{' '}
        <span className="muted">{email === called ? null : email}</span>
        {memberships === null ? null : <div>would lose {memberships.join(', ')}</div>}
      </span>
      <span className="muted">
        <When at={since} />
      </span>
    </li>
  );
}

function peopleWords(count: number): string {
  return count === 1 ? '1 person' : `${count.toLocaleString()} people`;
}

function questionAbout(what: Decision, count: number, place: string) {
  const who = peopleWords(count);
  return what === 'allow'
    ? {
        title: `Allow ${who} to leave?`,
        text: `Their accounts, or what they would lose, are taken away in ${place} at once.`,
        button: 'Allow',
        failed: 'Nothing was decided.',
      }
    : {
        title: `Keep ${who}?`,
        text: `They stay in ${place} as they are, although the identity provider took them out.`,
        button: 'Keep',
        failed: 'Nothing was decided.',
      };
}
