/** A page and its cards. */
import { css, html, nothing } from 'lit';
import { flag, PolarisElement, shown, text } from './element.ts';

/** A page: its heading, its actions, its cards, and those beside. */
export class Page extends PolarisElement {
  static override properties = { heading: text, inlineSize: shown, beside: flag };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: block;
      max-width: 1000px;
      margin: 0 auto;
      padding: 20px 20px 64px;
      container-type: inline-size;
    }
    :host([inlinesize='small']) {
      max-width: 662px;
    }
    :host([inlinesize='large']) {
      max-width: none;
    }
    header {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
      min-height: 32px;
      margin-bottom: 16px;
    }
    h1 {
      margin: 0;
      font-size: 20px;
      font-weight: 650;
      line-height: 1.2;
      overflow-wrap: anywhere;
    }
    .accessory {
      flex: 1;
    }
    .columns {
      display: grid;
      gap: 16px;
      align-items: start;
    }
    .cards {
      display: grid;
      gap: 16px;
      min-width: 0;
      grid-template-columns: minmax(0, 1fr);
    }
    @container (min-width: 760px) {
      :host([beside]) .columns {
        grid-template-columns: minmax(0, 2fr) minmax(0, 1fr);
      }
    }
    @media (max-width: 480px) {
      :host {
        padding: 16px 12px 48px;
      }
    }
  `);
  declare heading: string | undefined;
  declare beside: boolean;

  private readonly arranged = (): void => {
    this.beside = this.querySelector(':scope > [slot="aside"]') !== null;
  };

  override render() {
    return html`
      <slot name="breadcrumb-actions"></slot>
      <header>
        ${this.heading ? html`<h1>${this.heading}</h1>` : nothing}
        <div class="accessory"><slot name="accessory"></slot></div>
        <slot name="secondary-actions"></slot>
        <slot name="primary-action"></slot>
      </header>
      <div class="columns">
        <div class="cards"><slot></slot></div>
        <div class="cards"><slot name="aside" @slotchange=${this.arranged}></slot></div>
      </div>
    `;
  }
}

/** A card; inside another, a part of it. */
export class Section extends PolarisElement {
  static override properties = {
    heading: text,
    subheading: text,
    padding: shown,
    accessibilityLabel: text,
    inner: flag,
  };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: block;
      min-width: 0;
      padding: 16px;
      border-radius: 12px;
      background: var(--card);
      box-shadow: var(--raised);
    }
    :host([padding='none']) {
      padding: 0;
      overflow: hidden;
    }
    :host([padding='none']) .head {
      padding: 16px 16px 0;
    }
    :host([inner]) {
      padding: 0;
      border-radius: 0;
      box-shadow: none;
    }
    .head {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
      margin-bottom: 12px;
    }
    h2,
    h3 {
      margin: 0;
      margin-inline-end: auto;
      font-size: 14px;
      font-weight: 650;
      line-height: 20px;
    }
    h3 {
      font-size: 13px;
    }
    p {
      flex-basis: 100%;
      margin: -6px 0 0;
      color: var(--muted);
    }
  `);
  declare heading: string | undefined;
  declare subheading: string | undefined;
  declare accessibilityLabel: string | undefined;
  declare inner: boolean;

  override connectedCallback(): void {
    super.connectedCallback();
    this.inner = this.parentElement?.closest('s-section') != null;
  }

  override render() {
    const { heading, inner } = this;
    const title = heading
      ? inner
        ? html`<h3 id="heading">${heading}</h3>`
        : html`<h2 id="heading">${heading}</h2>`
      : nothing;
    return html`
      <section aria-label=${this.accessibilityLabel ?? heading ?? nothing}>
        ${
          heading || this.querySelector('[slot$="action"],[slot$="actions"]')
            ? html`<div class="head">
                ${title}
                <slot name="secondary-actions"></slot>
                <slot name="primary-action"></slot>
                ${this.subheading ? html`<p>${this.subheading}</p>` : nothing}
              </div>`
            : nothing
        }
        <slot></slot>
      </section>
    `;
  }
}

/** In place of a list that is empty: why, and how to begin. */
export class EmptyState extends PolarisElement {
  static override properties = { heading: text };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: flex;
      flex-direction: column;
      align-items: center;
      gap: 12px;
      padding: 32px 16px;
      text-align: center;
    }
    h2 {
      margin: 0;
      font-size: 14px;
      font-weight: 650;
    }
    .more {
      max-width: 420px;
      color: var(--muted);
    }
    .actions {
      display: flex;
      gap: 8px;
    }
  `);
  declare heading: string | undefined;

  override render() {
    return html`
      <slot name="graphic"></slot>
      <h2>${this.heading}</h2>
      <div class="more"><slot></slot><slot name="subheading"></slot></div>
      <div class="actions"><slot name="secondary-actions"></slot><slot name="primary-action"></slot></div>
    `;
  }
}
