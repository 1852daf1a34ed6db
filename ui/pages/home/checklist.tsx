/** What is left to set up; each step ticks itself. */
import { useState } from 'react';
import { useHref } from '../../parts/href.ts';
import { remember, remembered } from '../../parts/remembered.ts';
import { When } from '../../parts/when.tsx';
import { useTenant } from '../../shell/tenant.ts';
import type { SetUpStep } from './overview.ts';
import { stepWords } from './steps.ts';

interface ChecklistProps {
  readonly steps: readonly SetUpStep[];
  readonly store: string;
}

/** The card; gone when all is done, or when somebody put it away. */
export function Checklist({ steps, store }: ChecklistProps) {
  const { hidden, hide } = useHidden();
  const done = steps.filter((step) => step.done).length;
  if (hidden || done === steps.length) return null;
  const next = steps.find((step) => !step.done);
  return (
    <s-section heading="Setup guide">
      <div className="stack">
        <div className="narrow-stack">
          <p className="muted">
            Your people in the customers of {store}, and its buyers in their courses. Each step
            ticks itself.
          </p>
          <div className="measure">
            <s-progress
              value={done}
              max={steps.length}
              accessibilityLabel={`${done} of ${steps.length} steps are done`}
            />
            <span className="muted">
              {done} of {steps.length} done
            </span>
          </div>
        </div>
        <ol className="steps-list divided">
          {steps.map((step) => (
            <StepLine key={step.step} step={step} isNext={step === next} />
          ))}
        </ol>
        <div>
          <s-link onClick={hide}>Hide setup guide</s-link>
        </div>
      </div>
    </s-section>
  );
}

function StepLine({ step, isNext }: { readonly step: SetUpStep; readonly isNext: boolean }) {
  const href = useHref();
  const { title, text, button, path } = stepWords[step.step];
  return (
    <li className="step">
      <s-icon
        type={step.done ? 'check-circle-filled' : 'circle-dashed'}
        {...(step.done ? { tone: 'success' } : { color: 'subdued' })}
      />
      <div>
        <h3>
          {title}
          <span className="visually-hidden">{step.done ? ', done' : ', to do'}</span>
        </h3>
        {step.done ? null : <p className="muted">{text}</p>}
        {step.done && step.at !== null ? (
          <p className="muted">
            Done <When at={step.at} />
          </p>
        ) : null}
      </div>
      {step.done ? null : (
        <s-button href={href(path)} variant={isNext ? 'primary' : 'secondary'}>
          {button}
        </s-button>
      )}
    </li>
  );
}

/** Whether this browser was told that the guide is in the way. */
function useHidden() {
  const { tenantId } = useTenant();
  const name = `setup-guide-${tenantId}`;
  const [hidden, setHidden] = useState(() => remembered(name) === 'hidden');
  const hide = () => {
    setHidden(true);
    remember(name, 'hidden');
  };
  return { hidden, hide };
}
