/** A dialog with fields: there while it is shown, open as soon as it is there. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { focusOn } from './focus.ts';
import { useListener } from './listen.ts';

interface Overlay extends HTMLElement {
  showOverlay(): void;
  hideOverlay(): void;
}

interface DialogProps {
  readonly heading: string;
  /** What its button says, and does; `true` closes the dialog. */
  readonly button: string;
  readonly press: () => boolean | Promise<boolean>;
  readonly busy?: boolean;
  /** The `id` of the field that gets the focus. */
  readonly focus: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The dialog. */
export function Dialog(props: DialogProps) {
  const { heading, button, press, busy = false, focus, onClose, children } = props;
  const modal = useRef<Overlay>(null);
  const id = useId();
  useEffect(() => {
    modal.current?.showOverlay();
  }, []);
  useListener(modal, 'aftershow', () => focusOn(document.getElementById(focus)));
  useListener(modal, 'afterhide', onClose);
  const close = () => modal.current?.hideOverlay();
  const pressed = async () => {
    if (!busy && (await press())) close();
  };
  return (
    <s-modal ref={modal as never} id={id} heading={heading}>
      <div className="stack">{children}</div>
      <s-button slot="secondary-actions" onClick={close}>
        Cancel
      </s-button>
      <s-button
        slot="primary-action"
        variant="primary"
        loading={busy}
        onClick={() => void pressed()}
      >
        {button}
      </s-button>
    </s-modal>
  );
}
