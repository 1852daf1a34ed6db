/** People whose account nobody can tell: which one is theirs, or that nothing is to be done. */
import { useState } from 'react';
import { ask, sentenceOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { announce, announceDone } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { useTenant } from '../../shell/tenant.ts';
import { type Candidate, candidateWords, capital, type Review, type There } from './imports.ts';

const freshMs = 5_000;
const pageSize = 20;
const mostShown = 200;

/** The card; nothing while nobody waits. */
export function Decisions({ there }: { readonly there: There }) {
  const [limit, setLimit] = useState(pageSize);
  const { data, error, isPlaceholderData } = useAnswer<{ readonly reviews: readonly Review[] }>(
    `/destinations/${there.id}/reviews?limit=${limit}`,
    { everyMs: freshMs, keep: true },
  );
  if (data === undefined)
    return error === null ? null : (
      <s-section heading="Decisions">
        <p role="alert">{sentenceOf(error)}</p>
      </s-section>
    );
  if (data.reviews.length === 0) return null;
  return (
    <s-section heading="Decisions">
      <div className="stack">
        <p className="muted">
          Nothing is done about these people {there.at} before you decide. What you decide counts
          from then on.
        </p>
        <ul className="plain divided">
          {data.reviews.map((review) => (
            <li key={review.linkId}>
              <Choosing there={there} review={review} />
            </li>
          ))}
        </ul>
        {data.reviews.length === limit && limit < mostShown ? (
          <div>
            <s-button loading={isPlaceholderData} onClick={() => setLimit(limit + pageSize)}>
              Show more
            </s-button>
          </div>
        ) : null}
      </div>
    </s-section>
  );
}

interface ChoosingProps {
  readonly there: There;
  readonly review: Review;
}

function Choosing({ there, review }: ChoosingProps) {
  const { tenantId } = useTenant();
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const path = `/destinations/${there.id}/reviews/${review.linkId}`;
  // The accounts as they are now: asked for by themselves, as the destination is asked for each.
  const looked = useAnswer<Review>(path);
  const { candidates } = looked.data ?? review;
  const settle = useChange((body: object) => ({ path, method: 'POST', body }));
  const who = review.userName ?? review.email ?? 'This person';
  const reason = review.reason ?? `it is not clear which ${there.one} is theirs`;
  const leave = () =>
    void announceDone(settle.mutateAsync({ leftAlone: true }), `${who} is left alone ${there.at}`);
  const choose = (candidate: Candidate) => {
    const { remoteId, heldBy } = candidate;
    const said = `${candidateWords(there, candidate)} is the ${there.one} of ${who}`;
    if (heldBy === null) return void announceDone(settle.mutateAsync({ remoteId }), said);
    const holder = heldBy.userName ?? 'somebody';
    setQuestion({
      title: `Take the ${there.one} from ${holder}?`,
      text: `The ${there.one} belongs to ${holder} of ${heldBy.sourceName}. What Rollcall gave it goes along to ${who}, and ${holder} is left alone ${there.at}.`,
      button: `Take the ${there.one}`,
      failed: 'Not taken.',
      act: () =>
        ask(`/tenants/${tenantId}${path}`, {
          method: 'POST',
          body: { remoteId, takeFrom: heldBy.linkId },
        }),
      onDone: () => announce(said),
    });
  };
  return (
    <div className="narrow-stack whole-row">
      <p>
        <b>{who}</b>{' '}
        <span className="muted">
          {[
            ...(review.email === null || review.email === who ? [] : [review.email]),
            review.sourceName,
          ].join(', ')}
        </span>
        <br />
        {capital(reason)}.
      </p>
      <ul className="plain" aria-label={`${capital(there.many)} that may be ${who}`}>
        {candidates.map((candidate) => (
          <li key={candidate.remoteId}>
            <span className="wide">
              {candidate.url == null ? (
                candidateWords(there, candidate)
              ) : (
                <s-link href={candidate.url} target="_blank">
                  {candidateWords(there, candidate)}
                </s-link>
              )}
              {candidate.heldBy === null ? null : (
                <span className="muted">
                  {' '}
                  of {candidate.heldBy.userName ?? 'somebody'} ({candidate.heldBy.sourceName})
                </span>
              )}
            </span>
            <s-button
              accessibilityLabel={`This one: ${candidateWords(there, candidate)} is the ${there.one} of ${who}`}
              loading={settle.isPending}
              onClick={() => choose(candidate)}
            >
              This one
            </s-button>
          </li>
        ))}
      </ul>
      <div>
        <s-button
          variant="tertiary"
          accessibilityLabel={`None of them: leave ${who} alone`}
          loading={settle.isPending}
          onClick={leave}
        >
          None of them
        </s-button>
      </div>
      <p className="fault" role="alert">
        {settle.isError ? sentenceOf(settle.error) : ''}
      </p>
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </div>
  );
}
