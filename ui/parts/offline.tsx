/** Says that what is shown may be out of date. */
import { sentenceOf } from '../api/client.ts';

interface OfflineProps {
  readonly error: unknown;
  readonly retry: () => void;
}

/** Nothing while all is well. */
export function Offline({ error, retry }: OfflineProps) {
  if (error === null) return null;
  return (
    <div role="alert">
      <s-section>
        <div className="narrow-stack">
          <p>
            <b>{sentenceOf(error)}</b> What you see may be out of date. Rollcall is asked again by
            itself.
          </p>
          <div>
            <s-button onClick={retry}>Try now</s-button>
          </div>
        </div>
      </s-section>
    </div>
  );
}
