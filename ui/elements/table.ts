/** Tables; where there is no room for columns, a list. */
import { css, html, nothing } from 'lit';
import { drawing } from './drawings.ts';
import { flag, PolarisElement, shown, text } from './element.ts';

/** A table. */
export class Table extends PolarisElement {
  static override properties = {
    variant: shown,
    loading: flag,
    paginate: flag,
    hasPreviousPage: flag,
    hasNextPage: flag,
    accessibilityLabel: text,
  };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: block;
      container: s-table / inline-size;
    }
    .table {
      display: table;
      width: 100%;
      border-collapse: collapse;
    }
    :host([loading]) .table {
      cursor: progress;
    }
    .filters {
      padding: 8px 12px;
    }
    .pages {
      display: flex;
      justify-content: center;
      gap: 4px;
      padding: 8px;
      border-top: 1px solid var(--line);
    }
    button {
      display: inline-flex;
      padding: 6px;
      border: 0;
      border-radius: 8px;
      background: var(--card);
      box-shadow: var(--button-edge);
      fill: currentColor;
      cursor: pointer;
    }
    button[disabled] {
      box-shadow: none;
      background: var(--sunken);
      fill: var(--faint);
      cursor: default;
    }
    @container s-table (max-width: 560px) {
      .table {
        display: block;
      }
    }
  `);
  declare loading: boolean;
  declare paginate: boolean;
  declare hasPreviousPage: boolean;
  declare hasNextPage: boolean;
  declare accessibilityLabel: string | undefined;

  private readonly rows = new MutationObserver(() => this.nameCells());

  override connectedCallback(): void {
    super.connectedCallback();
    this.rows.observe(this, { childList: true, subtree: true });
    this.nameCells();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.rows.disconnect();
  }

  /** Each cell knows the header of its column, for when it stands alone. */
  private nameCells(): void {
    const headers = [...this.querySelectorAll<TableHeader>('s-table-header')];
    for (const row of this.querySelectorAll('s-table-row')) {
      [...row.querySelectorAll<TableCell>(':scope > s-table-cell')].forEach((cell, column) => {
        const header = headers[column];
        cell.column = header?.textContent?.trim() ?? '';
        cell.place = header?.listSlot ?? 'labeled';
        cell.numeric = header?.format === 'numeric' || header?.format === 'currency';
      });
    }
  }

  override render() {
    return html`
      <div class="filters" ?hidden=${this.querySelector('[slot="filters"]') === null}><slot name="filters"></slot></div>
      <div class="table" role="table" aria-busy=${this.loading} aria-label=${this.accessibilityLabel ?? nothing}><slot></slot></div>
      ${
        this.paginate
          ? html`<div class="pages">
              <button type="button" aria-label="Previous page" ?disabled=${!this.hasPreviousPage} @click=${() => this.tell('previouspage')}>${drawing('chevron-left')}</button>
              <button type="button" aria-label="Next page" ?disabled=${!this.hasNextPage} @click=${() => this.tell('nextpage')}>${drawing('chevron-right')}</button>
            </div>`
          : nothing
      }
    `;
  }
}

/** A part of a table, with the role that says which. */
abstract class TablePart extends PolarisElement {
  protected abstract readonly part_: string;

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', this.part_);
  }

  override render(): unknown {
    return html`<slot></slot>`;
  }
}

/** The row of headers. */
export class TableHeaderRow extends TablePart {
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: table-row;
      background: var(--sunken);
    }
    @container s-table (max-width: 560px) {
      :host {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
    }
  `);
  protected readonly part_ = 'row';
}

/** A header. */
export class TableHeader extends TablePart {
  static override properties = { listSlot: text, format: shown };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: table-cell;
      padding: 8px 12px;
      color: var(--muted);
      font-size: 12px;
      font-weight: 550;
      text-align: start;
      white-space: nowrap;
    }
    :host([format='numeric']) {
      text-align: end;
    }
  `);
  declare listSlot: string | undefined;
  declare format: string | undefined;
  protected readonly part_ = 'columnheader';
}

/** The rows. */
export class TableBody extends TablePart {
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: table-row-group;
    }
    @container s-table (max-width: 560px) {
      :host {
        display: block;
      }
    }
  `);
  protected readonly part_ = 'rowgroup';
}

/** A row; `clickDelegate` names the link in it that a press anywhere follows. */
export class TableRow extends TablePart {
  static override properties = { clickDelegate: shown };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: table-row;
      border-top: 1px solid var(--line);
    }
    :host([clickdelegate]) {
      cursor: pointer;
    }
    :host([clickdelegate]:hover) {
      background: var(--hover);
    }
    @container s-table (max-width: 560px) {
      :host {
        display: block;
        padding: 8px 0;
      }
    }
  `);
  declare clickDelegate: string | undefined;
  protected readonly part_ = 'row';

  private readonly pressed = (event: Event): void => {
    if (!this.clickDelegate) return;
    const inside = event
      .composedPath()
      .some(
        (node) =>
          node instanceof HTMLElement && /^(A|BUTTON|INPUT|SELECT|LABEL)$/.test(node.tagName),
      );
    if (inside) return;
    const target = this.querySelector<HTMLElement>(`#${CSS.escape(this.clickDelegate)}`);
    (target?.shadowRoot?.querySelector<HTMLElement>('a, button') ?? target)?.click();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('click', this.pressed);
  }
}

/** A cell. */
export class TableCell extends TablePart {
  static override properties = { column: text, place: shown, numeric: flag };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: table-cell;
      padding: 8px 12px;
      vertical-align: middle;
      overflow-wrap: anywhere;
    }
    :host([numeric]) {
      text-align: end;
      font-variant-numeric: tabular-nums;
    }
    .column {
      display: none;
    }
    @container s-table (max-width: 560px) {
      :host {
        display: flex;
        justify-content: space-between;
        gap: 12px;
        padding: 2px 12px;
      }
      :host([numeric]) {
        text-align: start;
      }
      :host([place='primary']) {
        font-weight: 600;
      }
      :host([place='inline']) {
        display: inline-flex;
      }
      :host([place='labeled']) .column {
        display: inline;
        flex: none;
        color: var(--muted);
      }
    }
  `);
  declare column: string;
  declare place: string;
  declare numeric: boolean;
  protected readonly part_ = 'cell';

  override render() {
    return html`<span class="column" aria-hidden="true">${this.column}</span><slot></slot>`;
  }
}
