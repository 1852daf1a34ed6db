/** How somebody stands at one destination, and why. */
import { useHref } from '../../parts/href.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { When } from '../../parts/when.tsx';
import { sentence } from '../../parts/words.ts';
import { Holdings } from './holdings.tsx';
import type { Standing } from './person.ts';
import { Settle } from './settle.tsx';

interface DestinationProps {
  readonly standing: Standing;
  readonly onChanged: () => void;
}

/** The card. */
export function Destination({ standing, onChanged }: DestinationProps) {
  const { destinationName, remoteUrl, state } = standing;
  return (
    <s-section heading={destinationName}>
      <div className="stack">
        <div className="standing">
          <StateBadge state={state} />
          <span className="wide">
            <StateWords standing={standing} />
          </span>
          {remoteUrl === null ? null : (
            <s-link href={remoteUrl} target="_blank">
              Open in {destinationName}
            </s-link>
          )}
        </div>
        <Stopped standing={standing} />
        <Settle standing={standing} onChanged={onChanged} />
        <Holdings standing={standing} onChanged={onChanged} />
      </div>
    </s-section>
  );
}

/** What the state means for this person. */
function StateWords({ standing }: { readonly standing: Standing }) {
  const { state, reason, attempts, nextAt, lastSuccessAt, leavingSince, remoteId } = standing;
  const why = reason === null ? '' : sentence(reason);
  if (leavingSince !== null)
    return (
      <>
        Is about to leave, since <When at={leavingSince} />. {why}
      </>
    );
  if (state === 'done')
    return (
      <>
        {remoteId === null ? 'No account there. ' : ''}
        {why}{' '}
        {lastSuccessAt === null ? null : (
          <span className="muted">
            Checked <When at={lastSuccessAt} />.
          </span>
        )}
      </>
    );
  return (
    <>
      {why === '' ? 'Rollcall is about to look.' : why}{' '}
      <span className="muted">
        {attempts > 1 ? `Tried ${attempts} times. ` : ''}
        {nextAt === null ? null : (
          <>
            Looked at again <When at={nextAt} />.
          </>
        )}
        {state === 'rejected' ? 'It is tried again when something changes, or with Sync now.' : ''}
      </span>
    </>
  );
}

/** Nothing happens there while the destination is stopped. */
function Stopped({ standing }: { readonly standing: Standing }) {
  const href = useHref();
  const { destinationState, destinationReason, destinationName } = standing;
  if (destinationState === 'active') return null;
  return (
    <s-banner tone="warning" heading={`${destinationName} is stopped`}>
      <p>
        {destinationReason === null ? 'It is paused.' : sentence(destinationReason)} Changes wait
        until it works again. <s-link href={href('/settings')}>See Settings</s-link>
      </p>
    </s-banner>
  );
}
