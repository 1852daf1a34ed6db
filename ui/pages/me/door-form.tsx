/** A form at the door: one card, one button. */
import type { ReactNode } from 'react';

interface DoorFormProps {
  readonly heading: string;
  readonly button: string;
  readonly busy: boolean;
  /** What no field shows. */
  readonly fault: string;
  readonly onSubmit: () => void;
  /** What is said above the fields. */
  readonly above?: ReactNode;
  /** The ways elsewhere. */
  readonly below?: ReactNode;
  readonly children: ReactNode;
}

/** The form. */
export function DoorForm({
  heading,
  button,
  busy,
  fault,
  onSubmit,
  above,
  below,
  children,
}: DoorFormProps) {
  return (
    <div className="door">
      <s-page heading={heading}>
        {above}
        <s-section accessibilityLabel={heading}>
          <form
            className="stack"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              if (!busy) onSubmit();
            }}
          >
            {children}
            {fault === '' ? null : (
              <p className="fault" role="alert">
                {fault}
              </p>
            )}
            <s-button type="submit" variant="primary" inlineSize="fill" loading={busy}>
              {button}
            </s-button>
            {below}
          </form>
        </s-section>
      </s-page>
    </div>
  );
}
