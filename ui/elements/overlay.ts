/** What lies over the page. */
import { css, html, nothing } from 'lit';
import { drawing } from './drawings.ts';
import { PolarisElement, shown, text } from './element.ts';

/** A dialog; Escape and *Close* leave everything as it is. */
export class Modal extends PolarisElement {
  static override properties = {
    heading: text,
    accessibilityLabel: text,
    size: shown,
    padding: shown,
  };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: contents;
    }
    dialog {
      width: min(620px, calc(100vw - 24px));
      max-height: calc(100vh - 48px);
      padding: 0;
      border: 0;
      border-radius: 16px;
      background: var(--card);
      box-shadow: var(--floating);
      color: var(--ink);
    }
    dialog::backdrop {
      background: rgb(0 0 0 / 0.5);
    }
    :host([size^='small']) dialog {
      width: min(440px, calc(100vw - 24px));
    }
    :host([size^='large']) dialog {
      width: min(980px, calc(100vw - 24px));
    }
    header,
    footer {
      display: flex;
      align-items: center;
      gap: 8px;
      padding: 12px 16px;
    }
    header {
      justify-content: space-between;
      border-bottom: 1px solid var(--line);
      background: var(--sunken);
    }
    h2 {
      margin: 0;
      font-size: 14px;
      font-weight: 650;
      overflow-wrap: anywhere;
    }
    .body {
      padding: 16px;
    }
    :host([padding='none']) .body {
      padding: 0;
    }
    footer {
      flex-wrap: wrap;
      justify-content: flex-end;
      border-top: 1px solid var(--line);
    }
    button {
      display: inline-flex;
      padding: 4px;
      border: 0;
      border-radius: 8px;
      background: none;
      cursor: pointer;
      fill: currentColor;
    }
  `);
  declare heading: string | undefined;
  declare accessibilityLabel: string | undefined;

  private get dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  /** Opens it. */
  async showOverlay(): Promise<void> {
    await this.updateComplete;
    if (this.dialog?.open === false) this.dialog.showModal();
    this.dispatchEvent(new Event('show'));
    this.dispatchEvent(new Event('aftershow'));
  }

  /** Closes it; the focus goes back to where it was. */
  hideOverlay(): void {
    this.dialog?.close();
  }

  /** Opens or closes it. */
  toggleOverlay(): void {
    if (this.dialog?.open === true) this.hideOverlay();
    else void this.showOverlay();
  }

  private readonly closed = (): void => {
    this.dispatchEvent(new Event('hide'));
    this.dispatchEvent(new Event('afterhide'));
  };

  override render() {
    return html`
      <dialog aria-label=${this.accessibilityLabel ?? this.heading ?? nothing} @close=${this.closed}>
        <header>
          <h2>${this.heading}</h2>
          <button type="button" aria-label="Close" @click=${() => this.hideOverlay()}>${drawing('x')}</button>
        </header>
        <div class="body"><slot></slot></div>
        <footer><slot name="secondary-actions"></slot><slot name="primary-action"></slot></footer>
      </dialog>
    `;
  }
}
