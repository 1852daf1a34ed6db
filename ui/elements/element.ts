/**
 * What our stand-ins for Polaris's web components share (https://shopify.dev/docs/api/app-home/polaris-web-components).
 * They take the same attributes, slots and events as far as the pages use them, so that the same page works with
 * Shopify's in the Shopify admin and with these in a browser of one's own.
 */
import { type CSSResultGroup, css, LitElement } from 'lit';

/** Rules of every element. */
const shared = css`
  :host {
    box-sizing: border-box;
  }
  :host([hidden]) {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 1px;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** An element; a subclass names its properties, draws them, and may add rules. */
export abstract class PolarisElement extends LitElement {
  static override styles: CSSResultGroup = shared;

  /** The shared rules and more. */
  static withStyles(...more: readonly CSSResultGroup[]): CSSResultGroup {
    return [shared, ...more];
  }

  /** Sends an event as the platform's own fields do. */
  protected tell(name: string): void {
    this.dispatchEvent(new Event(name, { bubbles: true }));
  }
}

/** Types of properties, in Lit's words. */
export const text = { type: String };
export const flag = { type: Boolean, reflect: true };
export const number = { type: Number };
export const shown = { type: String, reflect: true };

/** Defines elements by their names, leaving alone those that are there already. */
export function define(elements: Readonly<Record<string, CustomElementConstructor>>): void {
  for (const [name, element] of Object.entries(elements)) {
    if (customElements.get(name) === undefined) customElements.define(name, element);
  }
}
