/** What an administrator can decide about somebody who is on hold at a destination. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { announceDone } from '../../parts/announce.ts';
import { When } from '../../parts/when.tsx';
import { listOf } from '../../parts/words.ts';
import type { Standing } from './person.ts';

interface SettleProps {
  readonly standing: Standing;
  readonly onChanged: () => void;
}

/** Whatever waits for a decision here; often nothing. */
export function Settle(props: SettleProps) {
  const { candidates, leftAlone, guard } = props.standing;
  return (
    <>
      {candidates === null || leftAlone ? null : <Choice {...props} />}
      {leftAlone ? <LeftAlone {...props} /> : null}
      {guard === null ? null : <Guarded {...props} guard={guard} />}
    </>
  );
}

/** Sends a decision, and says so. */
function useDecision({ standing: { destinationId }, onChanged }: SettleProps) {
  const change = useChange(({ path, body }: { readonly path: string; readonly body: object }) => ({
    path: `/destinations/${destinationId}${path}`,
    method: 'POST',
    body,
  }));
  const [pressed, setPressed] = useState('');
  return {
    fault: change.isError ? sentenceOf(change.error) : '',
    busy: (what: string) => change.isPending && pressed === what,
    decide: (what: string, path: string, body: object, words: string) => {
      if (change.isPending) return;
      setPressed(what);
      void announceDone(change.mutateAsync({ path, body }).then(onChanged), words);
    },
  };
}

/** An account that may be theirs. */
interface Candidate {
  readonly remoteId: string;
  readonly url: string | null;
  /** What the account says of itself; `null` where it could not be read. */
  readonly seen: {
    readonly email: string | null;
    readonly attributes: Readonly<Record<string, string | null>>;
  } | null;
  readonly heldBy: {
    readonly linkId: string;
    readonly userName: string | null;
    readonly sourceName: string;
  } | null;
}

/** More than one account might be theirs, or it belongs to somebody else: a person has to choose. */
function Choice({ standing, onChanged }: SettleProps) {
  const { destinationId, linkId, destinationName } = standing;
  const path = `/reviews/${linkId}`;
  const review = useAnswer<{ readonly candidates: readonly Candidate[] }>(
    `/destinations/${destinationId}${path}`,
  );
  const { fault, busy, decide } = useDecision({ standing, onChanged });
  return (
    <s-banner tone="warning" heading="Which account is theirs?">
      <div className="stack">
        <p>Rollcall does not guess. Nothing happens in {destinationName} until you choose.</p>
        {review.isPending ? <s-spinner accessibilityLabel="Loading the accounts" /> : null}
        {review.isError ? <p className="fault">{sentenceOf(review.error)}</p> : null}
        <ul className="plain divided" aria-label="Accounts that may be theirs">
          {review.data?.candidates.map((candidate) => (
            <li key={candidate.remoteId}>
              <span className="wide">
                <CandidateWords candidate={candidate} />
              </span>
              <s-button
                accessibilityLabel={`${wordsFor(candidate)}: ${titleOf(candidate)}`}
                loading={busy(candidate.remoteId)}
                onClick={() =>
                  decide(
                    candidate.remoteId,
                    path,
                    {
                      remoteId: candidate.remoteId,
                      takeFrom: candidate.heldBy?.linkId ?? null,
                    },
                    'The account was chosen',
                  )
                }
              >
                {wordsFor(candidate)}
              </s-button>
            </li>
          ))}
        </ul>
        <div className="row">
          <s-button
            loading={busy('alone')}
            onClick={() => decide('alone', path, { leftAlone: true }, 'They are left alone')}
          >
            None: leave them alone here
          </s-button>
        </div>
        <p className="fault" role="alert">
          {fault}
        </p>
      </div>
    </s-banner>
  );
}

function CandidateWords({ candidate }: { readonly candidate: Candidate }) {
  const { remoteId, url, seen, heldBy } = candidate;
  const title = titleOf(candidate);
  const more = [seen?.email ?? '', `number ${numberOf(remoteId)}`];
  return (
    <>
      {url === null ? (
        <b>{title}</b>
      ) : (
        <s-link href={url} target="_blank">
          {title}
        </s-link>
      )}{' '}
      <span className="muted">
        {more.filter((words) => words !== '' && words !== title).join(' · ')}
      </span>
      {heldBy === null ? null : (
        <span className="muted block">
          Belongs to {heldBy.userName ?? 'somebody who was deleted'} of {heldBy.sourceName}, who
          would lose it.
        </span>
      )}
    </>
  );
}

/** What an account is called: its name, else its address. */
function titleOf({ remoteId, seen }: Candidate): string {
  const named = Object.entries(seen?.attributes ?? {})
    .filter(([name]) => /^(first|last)name$|^name/i.test(name))
    .flatMap(([, value]) => value ?? []);
  return named.join(' ') || seen?.email || `Account ${numberOf(remoteId)}`;
}

const wordsFor = ({ heldBy }: Candidate): string =>
  heldBy === null ? 'This is theirs' : 'Give it to them';

const numberOf = (remoteId: string): string => remoteId.split('/').at(-1) ?? remoteId;

function LeftAlone({ standing, onChanged }: SettleProps) {
  const { fault, busy, decide } = useDecision({ standing, onChanged });
  const path = `/reviews/${standing.linkId}`;
  return (
    <s-banner heading="Left alone here">
      <div className="narrow-stack">
        <p>Somebody decided that Rollcall does nothing about this person here.</p>
        <div>
          <s-button
            loading={busy('rules')}
            onClick={() =>
              decide('rules', path, { byRules: true }, 'The rules decide about them again')
            }
          >
            Let the rules decide again
          </s-button>
        </div>
        <p className="fault" role="alert">
          {fault}
        </p>
      </div>
    </s-banner>
  );
}

type Guard = NonNullable<Standing['guard']>;

/** Many were to leave at once, so the brake holds them. */
function Guarded({ standing, onChanged, guard }: SettleProps & { readonly guard: Guard }) {
  const { fault, busy, decide } = useDecision({ standing, onChanged });
  const { destinationName, linkId } = standing;
  if (guard.mark !== 'held' && guard.mark !== 'discarded') return null;
  const loss =
    guard.memberships.length === 0
      ? `leave ${destinationName}`
      : `lose ${listOf(guard.memberships)} in ${destinationName}`;
  const held = guard.mark === 'held';
  return (
    <s-banner tone={held ? 'warning' : 'info'} heading={held ? 'Held by the guard' : 'Kept'}>
      <div className="narrow-stack">
        <p>
          {held
            ? `They were to ${loss}, together with unusually many others, so nothing was done.`
            : `They were to ${loss}, and somebody decided that they stay.`}{' '}
          {guard.since === null ? null : (
            <span className="muted">
              Since <When at={guard.since} />.
            </span>
          )}
        </p>
        <div className="row">
          <s-button
            loading={busy('allow')}
            onClick={() => decide('allow', '/guard/allow', { links: [linkId] }, 'It was allowed')}
          >
            Let them {guard.memberships.length === 0 ? 'leave' : 'lose it'}
          </s-button>
          {held ? (
            <s-button
              loading={busy('discard')}
              onClick={() =>
                decide('discard', '/guard/discard', { links: [linkId] }, 'They are kept')
              }
            >
              Keep them
            </s-button>
          ) : null}
        </div>
        <p className="fault" role="alert">
          {fault}
        </p>
      </div>
    </s-banner>
  );
}
