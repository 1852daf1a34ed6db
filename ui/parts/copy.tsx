/** Copying, with feedback, also where the browser does not give us the clipboard. */
import { useEffect, useRef, useState } from 'react';
import { announce } from './announce.ts';
import { focusOn } from './focus.ts';

const feedbackMs = 2_500;

/** Whether the text is in the clipboard afterwards. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** Without the permission, or on a page without TLS, what is selected can still be copied. */
function copySelected(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}

interface CopyButtonProps {
  readonly label: string;
  readonly text: string;
  readonly variant?: 'primary' | 'secondary' | 'tertiary';
  /** Selects the text where it stands, for copying by hand. */
  readonly select?: () => void;
  /** Takes the focus when it appears. */
  readonly takesFocus?: boolean;
}

/** A button that copies. */
export function CopyButton({ label, text, variant, select, takesFocus = false }: CopyButtonProps) {
  const [feedback, setFeedback] = useState<string | null>(null);
  const button = useRef<HTMLElement>(null);
  useEffect(() => {
    if (takesFocus) focusOn(button.current);
  }, [takesFocus]);
  useEffect(() => {
    if (feedback === null) return;
    const timer = setTimeout(() => setFeedback(null), feedbackMs);
    return () => clearTimeout(timer);
  }, [feedback]);
  const press = async () => {
    const copied = await copy(text);
    button.current?.focus();
    if (!copied) select?.();
    setFeedback(copied ? 'Copied' : 'Press Ctrl+C');
    announce(
      copied
        ? 'Copied to the clipboard'
        : 'Copying was refused: the text is selected, press Ctrl and C',
    );
  };
  return (
    <s-button
      ref={button as never}
      variant={variant ?? 'secondary'}
      {...(feedback === 'Copied' ? { icon: 'check' } : {})}
      onClick={() => void press()}
    >
      {feedback ?? label}
    </s-button>
  );
}

interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
  readonly button: string;
  readonly details?: string;
  readonly takesFocus?: boolean;
  /** A second way to copy, as for the token without the word Bearer. */
  readonly also?: { readonly label: string; readonly text: string };
}

/** A value to copy, under its label. */
export function CopyField({ label, value, button, details, takesFocus, also }: CopyFieldProps) {
  const field = useRef<HTMLElement>(null);
  const select = () => {
    const input = field.current?.shadowRoot?.querySelector('input');
    input?.focus();
    input?.select();
  };
  return (
    <div className="row">
      <div className="wide">
        <s-text-field
          ref={field as never}
          label={label}
          value={value}
          readOnly
          {...(details === undefined ? {} : { details })}
        />
      </div>
      <CopyButton label={button} text={value} select={select} takesFocus={takesFocus ?? false} />
      {also === undefined ? null : (
        <CopyButton label={also.label} text={also.text} variant="tertiary" />
      )}
    </div>
  );
}
