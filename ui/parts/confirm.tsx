/** Asks before something is taken away; Escape or Cancel leaves everything as it is. */
import { useEffect, useId, useRef, useState } from 'react';
import { sentenceOf } from '../api/client.ts';

/** A dialog element, as far as it is opened and closed. */
export interface Overlay extends HTMLElement {
  showOverlay(): void;
  hideOverlay(): void;
}

/** What is asked. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly button: string;
  /** What to say before the reason when it does not work. */
  readonly failed: string;
  readonly act: () => Promise<unknown>;
  /** Called after the dialog is closed again, so that the focus can move on. */
  readonly onDone: () => void;
}

/** Shows a question while there is one; `onClose` takes it away. */
export function Confirm({
  question,
  onClose,
}: {
  readonly question: Question;
  readonly onClose: () => void;
}) {
  const modal = useRef<Overlay>(null);
  const cancel = useRef<HTMLElement>(null);
  const asker = useRef<Element | null>(null);
  /** It was done, and `onDone` is still to be called. */
  const done = useRef(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const id = useId();
  useEffect(() => {
    const overlay = modal.current;
    if (overlay === null) return;
    asker.current = deepestFocus();
    const shown = () => cancel.current?.focus();
    const finish = () => {
      if (!done.current) return false;
      done.current = false;
      question.onDone();
      return true;
    };
    const hidden = () => {
      onClose();
      if (!finish() && asker.current instanceof HTMLElement) asker.current.focus();
    };
    overlay.addEventListener('aftershow', shown);
    overlay.addEventListener('afterhide', hidden);
    overlay.showOverlay();
    return () => {
      overlay.removeEventListener('aftershow', shown);
      overlay.removeEventListener('afterhide', hidden);
      finish();
    };
  }, [question, onClose]);
  const press = async () => {
    setBusy(true);
    setFault('');
    try {
      await question.act();
      // What was done may have taken the question off the page already.
      if (modal.current === null) return question.onDone();
      done.current = true;
      modal.current.hideOverlay();
    } catch (error) {
      setFault(`${question.failed} ${sentenceOf(error)}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <s-modal ref={modal as never} id={id} heading={question.title} size="small">
      <div className="narrow-stack">
        <p>{question.text}</p>
        <p className="fault" role="alert">
          {fault}
        </p>
      </div>
      <s-button
        ref={cancel as never}
        slot="secondary-actions"
        onClick={() => modal.current?.hideOverlay()}
      >
        Cancel
      </s-button>
      <s-button
        slot="primary-action"
        variant="primary"
        tone="critical"
        loading={busy}
        onClick={() => void press()}
      >
        {question.button}
      </s-button>
    </s-modal>
  );
}

/** What has the focus, also where it is inside an element. */
function deepestFocus(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}
