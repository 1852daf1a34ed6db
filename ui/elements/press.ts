/** What is pressed or followed. */
import { css, html, nothing } from 'lit';
import { obey } from './command.ts';
import { drawing } from './drawings.ts';
import { flag, PolarisElement, shown, text } from './element.ts';

/** An address stands in its attribute, too, where App Bridge reads it. */
const link = { href: shown, target: text, download: text };
const commands = { command: text, commandFor: text };

/** A button, or a link that looks like one. */
export class Button extends PolarisElement {
  static override properties = {
    ...link,
    ...commands,
    variant: shown,
    tone: shown,
    icon: text,
    type: text,
    disabled: flag,
    loading: flag,
    accessibilityLabel: text,
    inlineSize: shown,
  };
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: inline-block;
    }
    :host([inlinesize='fill']) {
      display: block;
    }
    button,
    a {
      display: inline-flex;
      align-items: center;
      justify-content: center;
      gap: 4px;
      min-height: 32px;
      width: 100%;
      padding: 5px 12px;
      border: 0;
      border-radius: 8px;
      background: var(--card);
      box-shadow: var(--button-edge);
      color: var(--ink);
      font: inherit;
      font-weight: 550;
      line-height: 20px;
      text-decoration: none;
      white-space: nowrap;
      cursor: pointer;
    }
    button:hover,
    a:hover {
      background: var(--hover);
    }
    svg {
      margin-inline-start: -4px;
      fill: currentColor;
    }
    :host([variant='primary']) :is(button, a) {
      background: var(--primary);
      box-shadow: none;
      color: var(--on-primary, #fff);
    }
    :host([variant='primary']) :is(button, a):hover {
      background: var(--primary-hover);
    }
    :host([tone='critical']) :is(button, a) {
      color: var(--bad);
    }
    :host([variant='primary'][tone='critical']) :is(button, a) {
      background: var(--danger);
      color: #fff;
    }
    :host([variant='tertiary']) :is(button, a) {
      background: none;
      box-shadow: none;
    }
    :host([variant='tertiary']) :is(button, a):hover {
      background: var(--hover);
    }
    button[aria-disabled='true'] {
      background: var(--sunken);
      box-shadow: none;
      color: var(--faint);
      cursor: default;
    }
    :host([loading]) button {
      cursor: progress;
    }
    .turning {
      width: 14px;
      height: 14px;
      border: 2px solid currentColor;
      border-top-color: transparent;
      border-radius: 50%;
      animation: turn 0.9s linear infinite;
    }
    @keyframes turn {
      to {
        transform: rotate(1turn);
      }
    }
  `);
  declare href: string | undefined;
  declare target: string | undefined;
  declare download: string | undefined;
  declare icon: string | undefined;
  declare type: string | undefined;
  declare disabled: boolean;
  declare loading: boolean;
  declare accessibilityLabel: string | undefined;
  declare command: string | undefined;
  declare commandFor: string | undefined;

  /** Not `disabled` in the field itself, which would take the focus away. */
  private readonly press = (event: Event): void => {
    if (this.disabled || this.loading) {
      event.stopImmediatePropagation();
      return;
    }
    obey(this.commandFor, this.command);
    if (this.type === 'submit') this.closest('form')?.requestSubmit();
  };

  override render() {
    const label = this.accessibilityLabel ?? nothing;
    const inside = html`${this.loading ? html`<span class="turning"></span>` : drawing(this.icon ?? '')}<slot></slot>`;
    if (this.href !== undefined && !this.disabled)
      return html`<a href=${this.href} target=${this.target ?? nothing} download=${this.download ?? nothing} aria-label=${label}>${inside}</a>`;
    return html`<button
      type="button"
      aria-disabled=${this.disabled}
      aria-busy=${this.loading}
      aria-label=${label}
      @click=${this.press}
    >
      ${inside}
    </button>`;
  }
}

/** Buttons that belong together. */
export class ButtonGroup extends PolarisElement {
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
    }
  `);

  override render() {
    return html`<slot name="secondary-actions"></slot><slot></slot><slot name="primary-action"></slot>`;
  }
}

/** A link in text; without an address, a button that looks like one. */
export class Link extends PolarisElement {
  static override properties = { ...link, ...commands, tone: shown, accessibilityLabel: text };
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: inline;
    }
    a,
    button {
      padding: 0;
      border: 0;
      border-radius: 4px;
      background: none;
      color: var(--link);
      font: inherit;
      text-align: start;
      text-decoration: underline;
      cursor: pointer;
    }
    :host([tone='neutral']) :is(a, button) {
      color: inherit;
    }
    :host([tone='critical']) :is(a, button) {
      color: var(--bad);
    }
  `);
  declare href: string | undefined;
  declare target: string | undefined;
  declare download: string | undefined;
  declare accessibilityLabel: string | undefined;
  declare command: string | undefined;
  declare commandFor: string | undefined;

  private readonly press = (): void => obey(this.commandFor, this.command);

  override render() {
    const label = this.accessibilityLabel ?? nothing;
    if (this.href === undefined)
      return html`<button type="button" aria-label=${label} @click=${this.press}><slot></slot></button>`;
    return html`<a
      href=${this.href}
      target=${this.target ?? nothing}
      rel=${this.target === '_blank' ? 'noopener' : nothing}
      download=${this.download ?? nothing}
      aria-label=${label}
      ><slot></slot
    ></a>`;
  }
}

/** Anything that can be pressed or followed as a whole. */
export class Clickable extends Link {
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: block;
    }
    a,
    button {
      display: block;
      width: 100%;
      padding: 0;
      border: 0;
      border-radius: 8px;
      background: none;
      color: inherit;
      font: inherit;
      text-align: start;
      text-decoration: none;
      cursor: pointer;
    }
    :is(a, button):hover {
      background: var(--hover);
    }
  `);
}
