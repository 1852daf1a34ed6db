/** Tries whether a destination can be reached and allows what Rollcall needs there; each check is listed. */
import { useEffect, useRef } from 'react';
import { sentenceOf } from '../api/client.ts';
import { useChange } from '../api/queries.ts';
import { announce } from './announce.ts';

/** One thing that was tried. */
interface Check {
  readonly label: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly detail: string | null;
}

interface Tested {
  /** What is needed there is made when the first person is written. */
  readonly unprepared: boolean;
  readonly checks?: readonly Check[];
}

interface ConnectionTestProps {
  readonly destinationId: string;
  /** What the destination is called. */
  readonly name: string;
  /** Tests as soon as it is shown. */
  readonly atOnce?: boolean;
  readonly onPassed?: () => void;
}

/** The button, and what came of it. */
export function ConnectionTest({
  destinationId,
  name,
  atOnce = false,
  onPassed,
}: ConnectionTestProps) {
  const test = useChange<void, Tested>(() => ({
    path: `/destinations/${destinationId}/test`,
    method: 'POST',
    body: {},
  }));
  const begun = useRef(false);
  const { mutate } = test;
  const press = () =>
    mutate(undefined, {
      onSuccess: () => {
        announce(`The connection to ${name} works`);
        onPassed?.();
      },
    });
  useEffect(() => {
    if (!atOnce || begun.current) return;
    begun.current = true;
    press();
  });
  return (
    <div className="narrow-stack">
      <div className="row">
        <s-button loading={test.isPending} onClick={press}>
          Test connection
        </s-button>
      </div>
      {test.isPending ? <p className="muted">Asking {name}… nothing is changed there.</p> : null}
      {test.isError ? (
        <s-banner tone="critical" heading="The connection does not work yet">
          <p>{sentenceOf(test.error)}</p>
        </s-banner>
      ) : null}
      {test.data === undefined ? null : (
        <>
          <s-banner tone="success" heading="The connection works">
            {test.data.unprepared ? (
              <p>What Rollcall needs there is made when the first person is written.</p>
            ) : null}
          </s-banner>
          <Checks checks={test.data.checks ?? []} />
        </>
      )}
    </div>
  );
}

const signs = {
  passed: { icon: 'check-circle', tone: 'success', word: 'Passed' },
  failed: { icon: 'alert-circle', tone: 'critical', word: 'Failed' },
  skipped: { icon: 'circle', tone: 'neutral', word: 'Not tried' },
} as const;

function Checks({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <ul className="checks">
      {checks.map(({ label, state, detail }) => (
        <li key={label} className="check">
          <s-icon type={signs[state].icon} tone={signs[state].tone} />
          <span>
            <span className="visually-hidden">{signs[state].word}: </span>
            {label}
            {detail === null ? null : <span className="muted"> {detail}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
