/** Looking at somebody again everywhere, and what came of it. */
import { useEffect, useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { sentence } from '../../parts/words.ts';
import type { Person, Standing } from './person.ts';

interface Asked {
  readonly destinations: readonly { readonly destinationId: string; readonly state: string }[];
}

/** A look that was asked for; how far everybody is looked at is told by the person as they are read. */
export interface Sync {
  readonly running: boolean;
  /** Those who have not been looked at yet, of those that were asked. */
  readonly waiting: ReadonlySet<string>;
  /** Which were asked; `null`: none, or the result was put away. */
  readonly asked: ReadonlySet<string> | null;
  readonly fault: string;
  readonly start: () => void;
  readonly putAway: () => void;
}

/** Asks for a look, and follows it. */
export function useSync(person: Person | undefined, personId: string): Sync {
  const [asked, setAsked] = useState<ReadonlySet<string> | null>(null);
  const [announced, setAnnounced] = useState(true);
  const change = useChange<void, Asked>(() => ({
    path: `/people/${personId}/sync`,
    method: 'POST',
    body: {},
  }));
  const waiting = new Set(
    (person?.destinations ?? [])
      .filter((one) => asked?.has(one.destinationId) === true && isUnderWay(one))
      .map(({ destinationId }) => destinationId),
  );
  const over = asked !== null && !change.isPending && waiting.size === 0;
  useEffect(() => {
    if (!over || announced) return;
    setAnnounced(true);
    announce('Everything was looked at');
  }, [over, announced]);
  return {
    running: change.isPending || waiting.size > 0,
    waiting,
    asked,
    fault: change.isError ? sentenceOf(change.error) : '',
    start: () => {
      if (change.isPending) return;
      change.mutate(undefined, {
        onSuccess: ({ destinations }) => {
          setAnnounced(false);
          setAsked(new Set(destinations.map(({ destinationId }) => destinationId)));
          announce('Looking at every destination');
        },
      });
    },
    putAway: () => setAsked(null),
  };
}

/** A destination that is stopped is looked at when it works again. */
function isUnderWay({ state, destinationState }: Standing): boolean {
  return (state === 'waiting' || state === 'retrying') && destinationState === 'active';
}

/** What came of it, at each destination. */
export function SyncResult({ sync, person }: { readonly sync: Sync; readonly person: Person }) {
  const { asked, waiting, fault, putAway } = sync;
  if (fault !== '')
    return (
      <s-banner tone="critical" heading="Not looked at">
        <p>{fault}</p>
      </s-banner>
    );
  if (asked === null) return null;
  const looked = person.destinations.filter(({ destinationId }) => asked.has(destinationId));
  return (
    <s-section heading={waiting.size > 0 ? 'Looking at every destination…' : 'What came of it'}>
      <s-button slot="secondary-actions" variant="tertiary" onClick={putAway}>
        Close
      </s-button>
      <ul className="plain divided" aria-label="What came of it">
        {looked.map((one) => (
          <li key={one.linkId}>
            <b>{one.destinationName}</b>
            {waiting.has(one.destinationId) ? (
              <span className="wide">
                <s-spinner accessibilityLabel={`Looking at ${one.destinationName}`} />
              </span>
            ) : (
              <>
                <span className="wide">{outcomeOf(one)}</span>
                <StateBadge state={one.state} />
              </>
            )}
          </li>
        ))}
        {looked.length === 0 ? (
          <li>There is no destination where they have, or should have, anything.</li>
        ) : null}
      </ul>
    </s-section>
  );
}

function outcomeOf({ destinationState, reason, state, nextAt }: Standing): string {
  if (destinationState !== 'active' && nextAt !== null)
    return 'It is stopped: they are looked at as soon as it works again.';
  if (reason !== null) return sentence(reason);
  return state === 'done' ? 'Was brought up to date.' : 'Is looked at again.';
}
