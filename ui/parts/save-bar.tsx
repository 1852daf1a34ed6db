/**
 * The bar of a form that is saved as a whole: there while something is changed, and nothing changed is left by mistake.
 * Embedded it is Shopify's own (https://shopify.dev/docs/api/app-home/app-bridge-web-components/ui-save-bar).
 */
import { useEffect, useId } from 'react';
import { createPortal } from 'react-dom';
import { guardLeaving } from '../shell/leaving.ts';
import { announce } from './announce.ts';
import { AskBeforeLeaving, type Loss } from './ask-before-leaving.tsx';

interface SaveBarProps {
  /** Whether something is changed and not saved. */
  readonly changed: boolean;
  readonly saving: boolean;
  readonly onSave: () => void;
  readonly onDiscard: () => void;
}

/** The bar; put it anywhere in the page. After saving, `leaveFreely()` before going elsewhere. */
export function SaveBar(props: SaveBarProps) {
  const bridge = window.shopify?.saveBar;
  return bridge === undefined ? <OwnBar {...props} /> : <ShopifyBar {...props} bridge={bridge} />;
}

type Bridge = NonNullable<Window['shopify']>['saveBar'];

function ShopifyBar({
  changed,
  saving,
  onSave,
  onDiscard,
  bridge,
}: SaveBarProps & { readonly bridge: Bridge }) {
  const id = useId();
  useEffect(() => {
    if (!changed) return;
    void bridge.show(id);
    const unguard = guardLeaving((leave) => {
      bridge.leaveConfirmation().then(leave, () => undefined);
    });
    return () => {
      unguard();
      void bridge.hide(id);
    };
  }, [changed, bridge, id]);
  return (
    <ui-save-bar id={id}>
      <button
        type="button"
        {...{ variant: 'primary' }}
        {...(saving ? { loading: '' } : {})}
        onClick={onSave}
      />
      <button type="button" disabled={saving} onClick={onDiscard} />
    </ui-save-bar>
  );
}

function OwnBar({ changed, saving, onSave, onDiscard }: SaveBarProps) {
  useEffect(() => {
    if (changed) announce('There are unsaved changes');
  }, [changed]);
  return (
    <>
      {changed ? createPortal(bar(), above()) : null}
      <AskBeforeLeaving loss={changed ? unsaved : null} />
    </>
  );

  function bar() {
    return (
      <section className="save-bar" aria-label="Unsaved changes">
        <span>Unsaved changes</span>
        <s-button disabled={saving} onClick={onDiscard}>
          Discard
        </s-button>
        <s-button variant="primary" loading={saving} onClick={onSave}>
          Save
        </s-button>
      </section>
    );
  }
}

const unsaved: Loss = {
  title: 'Leave without saving?',
  text: 'What you changed on this page is lost when you leave it.',
};

/** Where the bar lies: before everything else, for the eye and for the keyboard. */
function above(): HTMLElement {
  const place = document.getElementById('above');
  if (place === null) throw new Error('The document has no #above.');
  return place;
}
