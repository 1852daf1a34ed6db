/** Text. */
import { css, html } from 'lit';
import { PolarisElement, shown } from './element.ts';

const tones = css`
  :host([color='subdued']) {
    color: var(--muted);
  }
  :host([tone='success']) {
    color: var(--good);
  }
  :host([tone='critical']) {
    color: var(--bad);
  }
  :host([tone='caution']),
  :host([tone='warning']) {
    color: var(--held);
  }
  :host([fontvariantnumeric='tabular-nums']) {
    font-variant-numeric: tabular-nums;
  }
`;

const properties = { color: shown, tone: shown, type: shown, fontVariantNumeric: shown };

/** Some words. */
export class Text extends PolarisElement {
  static override properties = properties;
  static override styles = PolarisElement.withStyles(
    tones,
    css`
      :host([type='strong']) {
        font-weight: 600;
      }
    `,
  );

  override render() {
    return html`<slot></slot>`;
  }
}

/** Sentences that belong together. */
export class Paragraph extends PolarisElement {
  static override properties = properties;
  static override styles = PolarisElement.withStyles(
    tones,
    css`
      :host {
        display: block;
      }
    `,
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'paragraph');
  }

  override render() {
    return html`<slot></slot>`;
  }
}

/** A heading inside a card, of the level that its place has. */
export class Heading extends PolarisElement {
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: block;
    }
    h2,
    h3 {
      margin: 0;
      font-size: 13px;
      font-weight: 650;
    }
    h2 {
      font-size: 14px;
    }
  `);

  override render() {
    return this.closest('s-section') === null
      ? html`<h2><slot></slot></h2>`
      : html`<h3><slot></slot></h3>`;
  }
}

/** A list. */
export class List extends PolarisElement {
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: flex;
      flex-direction: column;
      gap: 4px;
      padding-inline-start: 20px;
      list-style: disc;
    }
  `);

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'list');
  }

  override render() {
    return html`<slot></slot>`;
  }
}

/** A list whose order matters. */
export class OrderedList extends List {
  static override styles = [
    List.styles,
    css`
      :host {
        list-style: decimal;
      }
    `,
  ];
}

/** One of a list. */
export class ListItem extends PolarisElement {
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: list-item;
    }
  `);

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'listitem');
  }

  override render() {
    return html`<slot></slot>`;
  }
}
