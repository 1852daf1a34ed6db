/** Boxes that arrange what is in them. */
import { css, html, type PropertyValues } from 'lit';
import { PolarisElement, shown, text } from './element.ts';
import { space } from './space.ts';

/** A box with padding, border and background. */
export class Box extends PolarisElement {
  static override properties = {
    padding: text,
    paddingBlock: text,
    paddingInline: text,
    background: shown,
    border: shown,
    borderRadius: shown,
  };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: block;
      min-width: 0;
    }
    :host([background='subdued']) {
      background: var(--sunken);
    }
    :host([background='base']) {
      background: var(--card);
    }
    :host([border='base']) {
      border: 1px solid var(--line);
    }
    :host([borderradius='base']) {
      border-radius: 8px;
    }
  `);
  declare padding: string | undefined;
  declare paddingBlock: string | undefined;
  declare paddingInline: string | undefined;

  override updated(_changed: PropertyValues): void {
    if (this.padding !== undefined) this.style.padding = space(this.padding);
    if (this.paddingBlock !== undefined) this.style.paddingBlock = space(this.paddingBlock);
    if (this.paddingInline !== undefined) this.style.paddingInline = space(this.paddingInline);
  }

  override render() {
    return html`<slot></slot>`;
  }
}

/** Things in a row or a column, with a gap. */
export class Stack extends Box {
  static override properties = {
    ...Box.properties,
    direction: shown,
    gap: text,
    justifyContent: text,
    alignItems: text,
  };
  static override styles = [
    Box.styles,
    css`
      :host {
        display: flex;
        flex-direction: column;
      }
      :host([direction='inline']) {
        flex-flow: row wrap;
      }
    `,
  ];
  declare gap: string | undefined;
  declare justifyContent: string | undefined;
  declare alignItems: string | undefined;

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.style.gap = space(this.gap ?? 'none');
    this.style.justifyContent = this.justifyContent ?? '';
    this.style.alignItems = this.alignItems ?? '';
  }
}

/** Things in a grid; `gridTemplateColumns` may depend on the width: `@container (inline-size > 500px) a, b`. */
export class Grid extends Box {
  static override properties = {
    ...Box.properties,
    gap: text,
    gridTemplateColumns: text,
    alignItems: text,
  };
  static override styles = [
    Box.styles,
    css`
      :host {
        display: grid;
      }
    `,
  ];
  declare gap: string | undefined;
  declare gridTemplateColumns: string | undefined;
  declare alignItems: string | undefined;

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.style.gap = space(this.gap ?? 'none');
    this.style.gridTemplateColumns = this.gridTemplateColumns ?? '';
    this.style.alignItems = this.alignItems ?? '';
  }
}

/** One place of a grid. */
export class GridItem extends Box {
  static override properties = { ...Box.properties, gridColumn: text };
  declare gridColumn: string | undefined;

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.style.gridColumn = this.gridColumn ?? '';
  }
}

/** A line between things. */
export class Divider extends PolarisElement {
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: block;
      height: 1px;
      background: var(--line);
    }
  `);
}
