/** Signs of how things are: badges, banners, spinners, progress, icons. */
import { css, html, nothing } from 'lit';
import { drawing } from './drawings.ts';
import { flag, number, PolarisElement, shown, text } from './element.ts';

/** A word in a coloured pill. */
export class Badge extends PolarisElement {
  static override properties = { tone: shown, icon: text };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: inline-flex;
      align-items: center;
      width: fit-content;
      padding: 1px 8px;
      border-radius: 8px;
      background: var(--neutral-soft);
      color: var(--neutral);
      font-size: 12px;
      font-weight: 550;
      line-height: 18px;
      white-space: nowrap;
    }
    :host([tone='success']) {
      background: var(--good-soft);
      color: var(--good);
    }
    :host([tone='info']) {
      background: var(--info-soft);
      color: var(--info);
    }
    :host([tone='caution']),
    :host([tone='warning']) {
      background: var(--held-soft);
      color: var(--held);
    }
    :host([tone='critical']) {
      background: var(--bad-soft);
      color: var(--bad);
    }
  `);

  override render() {
    return html`<slot></slot>`;
  }
}

/** Something to know, or to do something about. */
export class Banner extends PolarisElement {
  static override properties = { tone: shown, heading: text, dismissible: flag };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: block;
    }
    .banner {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr) auto;
      gap: 4px 10px;
      padding: 12px;
      border: 1px solid var(--info-line);
      border-radius: 12px;
      background: var(--info-soft);
    }
    svg {
      fill: var(--info);
    }
    :host([tone='success']) .banner {
      border-color: var(--good-line);
      background: var(--good-soft);
    }
    :host([tone='success']) svg {
      fill: var(--good);
    }
    :host([tone='warning']) .banner {
      border-color: var(--held-line);
      background: var(--held-soft);
    }
    :host([tone='warning']) svg {
      fill: var(--held);
    }
    :host([tone='critical']) .banner {
      border-color: var(--bad-line);
      background: var(--bad-soft);
    }
    :host([tone='critical']) svg {
      fill: var(--bad);
    }
    .heading {
      font-weight: 650;
    }
    .more {
      display: block;
    }
    ::slotted([slot='secondary-actions']) {
      margin-top: 8px;
    }
    button {
      border: 0;
      border-radius: 6px;
      background: none;
      color: inherit;
      font: inherit;
      cursor: pointer;
    }
  `);
  declare tone: string | undefined;
  declare heading: string | undefined;
  declare dismissible: boolean;

  private readonly dismiss = (): void => {
    this.hidden = true;
    this.tell('dismiss');
  };

  override render() {
    const urgent = this.tone === 'critical' || this.tone === 'warning';
    return html`
      <div class="banner" role=${urgent ? 'alert' : 'status'}>
        ${drawing(urgent ? 'alert' : this.tone === 'success' ? 'check' : 'info')}
        <div>
          ${this.heading ? html`<div class="heading">${this.heading}</div>` : nothing}
          <div class="more"><slot></slot></div>
          <slot name="secondary-actions"></slot>
        </div>
        ${
          this.dismissible
            ? html`<button type="button" aria-label="Dismiss" @click=${this.dismiss}>${drawing('x')}</button>`
            : nothing
        }
      </div>
    `;
  }
}

/** Something is being waited for. */
export class Spinner extends PolarisElement {
  static override properties = { accessibilityLabel: text, size: shown };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: inline-block;
      width: 20px;
      height: 20px;
    }
    :host([size^='large']) {
      width: 36px;
      height: 36px;
    }
    span {
      display: block;
      width: 100%;
      height: 100%;
      border: 3px solid var(--line);
      border-top-color: var(--muted);
      border-radius: 50%;
      animation: turn 0.9s linear infinite;
    }
    @keyframes turn {
      to {
        transform: rotate(1turn);
      }
    }
    @media (prefers-reduced-motion: reduce) {
      span {
        animation-duration: 4s;
      }
    }
  `);
  declare accessibilityLabel: string | undefined;

  override render() {
    return html`<span role="img" aria-label=${this.accessibilityLabel ?? 'Loading'}></span>`;
  }
}

/** How far something has come. */
export class Progress extends PolarisElement {
  static override properties = {
    value: number,
    max: number,
    accessibilityLabel: text,
    tone: shown,
  };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: block;
    }
    progress {
      display: block;
      width: 100%;
      height: 8px;
      border: 0;
      border-radius: 4px;
      overflow: hidden;
      appearance: none;
      background: var(--neutral-soft);
    }
    progress::-webkit-progress-bar {
      background: var(--neutral-soft);
    }
    progress::-webkit-progress-value {
      background: var(--ink);
      border-radius: 4px;
    }
    progress::-moz-progress-bar {
      background: var(--ink);
    }
    :host([tone='success']) progress::-webkit-progress-value {
      background: var(--good);
    }
  `);
  declare value: number | undefined;
  declare max: number | undefined;
  declare accessibilityLabel: string | undefined;

  override render() {
    return html`<progress
      value=${this.value ?? nothing}
      max=${this.max ?? 1}
      aria-label=${this.accessibilityLabel ?? 'Progress'}
    ></progress>`;
  }
}

/** A drawing. */
export class Icon extends PolarisElement {
  static override properties = { type: text, tone: shown, color: shown, size: shown };
  static override styles = PolarisElement.withStyles(css`
    :host {
      display: inline-flex;
      fill: currentColor;
    }
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
  `);
  declare type: string | undefined;

  override render() {
    return drawing(this.type ?? '');
  }
}
