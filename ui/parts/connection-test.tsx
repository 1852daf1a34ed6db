/** Tries whether a destination can be reached and allows what Rollcall needs there; each check is listed. */
import { useEffect, useRef } from 'react';
import { ApiError, longPatienceMs, sentenceOf } from '../api/client.ts';
import { useChange } from '../api/queries.ts';
import { announce } from './announce.ts';

/** One thing that was tried. */
interface Check {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What is wrong. */
  readonly message: string | null;
}

/** Something a destination says of itself. */
interface Trait {
  readonly label: string;
  readonly value: string;
  /** It is not as the policy needs it. */
  readonly warning: boolean;
}

interface Tested {
  /** What is needed there is made when the first person is written. */
  readonly unprepared: boolean;
  readonly checks?: readonly Check[];
  readonly traits?: readonly Trait[];
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
    patienceMs: longPatienceMs,
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
      <Checks checks={listIn(test, 'checks')} />
      {test.data === undefined ? null : (
        <s-banner tone="success" heading="The connection works">
          {test.data.unprepared ? (
            <p>What Rollcall needs there is made when the first person is written.</p>
          ) : null}
        </s-banner>
      )}
      <Traits name={name} traits={listIn(test, 'traits')} />
    </div>
  );
}

/** A list of a test that went well, or of one that did not. */
function listIn<Name extends 'checks' | 'traits'>(
  { data, error }: { readonly data: Tested | undefined; readonly error: unknown },
  name: Name,
): NonNullable<Tested[Name]> {
  const told = data ?? (error instanceof ApiError ? (error.problem as Partial<Tested>) : {});
  return told[name] ?? [];
}

/** What it says of itself; what is not as the policy needs it has a sign. */
function Traits({ name, traits }: { readonly name: string; readonly traits: readonly Trait[] }) {
  if (traits.length === 0) return null;
  return (
    <section className="narrow-stack" aria-label={`What ${name} says of itself`}>
      <h3>What it says of itself</h3>
      <dl className="traits">
        {traits.map(({ label, value, warning }) => (
          <div key={label}>
            <dt className="muted">{label}</dt>
            <dd>
              {warning ? (
                <>
                  <s-icon type="alert-triangle" tone="warning" />
                  <span className="visually-hidden">Attention: </span>
                </>
              ) : null}
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const signs = {
  passed: { icon: 'check-circle', tone: 'success', word: 'Passed' },
  failed: { icon: 'alert-circle', tone: 'critical', word: 'Failed' },
  skipped: { icon: 'circle', tone: 'neutral', word: 'Not tried' },
} as const;

/** What each check asks. */
const labels: Readonly<Record<string, string>> = {
  settings: 'Its settings are complete',
  policy: 'Its mapping and rules can be followed',
  reach: 'It answers',
  permissions: 'Rollcall may do there what it needs',
  memberships: 'What rules and offers give is there',
};

function Checks({ checks }: { readonly checks: readonly Check[] }) {
  if (checks.length === 0) return null;
  return (
    <ul className="checks" aria-label="What was tried">
      {checks.map(({ name, outcome, message }) => (
        <li key={name} className="check">
          <s-icon type={signs[outcome].icon} tone={signs[outcome].tone} />
          <span>
            <span className="visually-hidden">{signs[outcome].word}: </span>
            {labels[name] ?? name}
            {message === null ? null : <span className="muted"> {message}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
