/** Fields of forms: each a real field of the platform, with its label, its help and what is wrong. */
import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { flag, number, PolarisElement, shown, text } from './element.ts';

/** What all fields look like. */
export const fieldStyles = css`
  :host {
    display: block;
    min-width: 0;
  }
  label {
    display: block;
    margin-bottom: 4px;
  }
  .field {
    display: flex;
    align-items: center;
    gap: 6px;
    min-height: 32px;
    padding: 0 12px;
    border: 1px solid var(--field-line);
    border-radius: 8px;
    background: var(--field);
  }
  .field:focus-within {
    outline: 2px solid var(--focus);
    outline-offset: 1px;
  }
  :host([disabled]) .field,
  .field.still {
    background: var(--sunken);
  }
  .field.wrong {
    border-color: var(--bad);
    background: var(--bad-faint);
  }
  input,
  textarea,
  select {
    flex: 1;
    min-width: 0;
    width: 100%;
    min-height: 30px;
    padding: 0;
    border: 0;
    outline: none;
    background: none;
    color: inherit;
    font: inherit;
  }
  :is(input, textarea, select):focus-visible {
    outline: none;
  }
  input::placeholder,
  textarea::placeholder {
    color: var(--faint);
    opacity: 1;
  }
  .affix {
    color: var(--muted);
  }
  .details {
    margin-top: 4px;
    color: var(--muted);
  }
  .error {
    margin-top: 4px;
    color: var(--bad);
  }
`;

/** What every field takes. */
export const fieldProperties = {
  label: text,
  labelAccessibilityVisibility: text,
  details: text,
  error: text,
  name: text,
  disabled: flag,
  required: flag,
};

/** A field with a label above it. */
export abstract class Field extends PolarisElement {
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override properties: Record<string, object> = fieldProperties;
  static override styles = PolarisElement.withStyles(fieldStyles);
  declare label: string | undefined;
  declare labelAccessibilityVisibility: string | undefined;
  declare details: string | undefined;
  declare error: string | undefined;
  declare name: string | undefined;
  declare disabled: boolean;
  declare required: boolean;

  /** The label, the field, its help and what is wrong with it. */
  protected around(field: TemplateResult): TemplateResult {
    return html`
      <label for="field" class=${this.labelAccessibilityVisibility === 'exclusive' ? 'visually-hidden' : ''}
        >${this.label}</label
      >
      ${field} ${this.below()}
    `;
  }

  protected below(): TemplateResult {
    return html`
      ${this.details ? html`<div class="details" id="details">${this.details}</div>` : nothing}
      ${this.error ? html`<div class="error" id="error" role="alert">${this.error}</div>` : nothing}
    `;
  }

  /** What describes the field to whoever listens. */
  protected get describedBy(): string | typeof nothing {
    const ids = [...(this.details ? ['details'] : []), ...(this.error ? ['error'] : [])];
    return ids.length === 0 ? nothing : ids.join(' ');
  }

  /** What is wrong with it is shown on the field as well. */
  protected get look(): string {
    return `field${this.error ? ' wrong' : ''}`;
  }
}

/** A field for one line of text. */
export class TextField extends Field {
  static override properties = {
    ...fieldProperties,
    value: text,
    placeholder: text,
    readOnly: flag,
    autocomplete: text,
    maxLength: number,
    minLength: number,
    prefix: text,
    suffix: text,
  };
  static override styles = [
    Field.styles,
    css`
      :host([readonly]) input {
        font-family: var(--mono);
        font-size: 12px;
      }
    `,
  ];
  declare value: string | undefined;
  declare placeholder: string | undefined;
  declare readOnly: boolean;
  declare autocomplete: string | undefined;
  declare maxLength: number | undefined;
  declare prefix: string | null;
  declare suffix: string | undefined;

  /** The platform's type of the field. */
  protected get kind(): string {
    return 'text';
  }

  private readonly typed = (event: Event): void => {
    this.value = (event.target as HTMLInputElement).value;
  };

  private readonly changed = (): void => this.tell('change');

  /** A value to copy is taken whole. */
  private readonly entered = (event: Event): void => {
    if (this.readOnly) (event.target as HTMLInputElement).select();
  };

  private readonly pressed = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.closest('form')?.requestSubmit();
  };

  override render() {
    return this.around(html`
      <div class="${this.look}${this.readOnly ? ' still' : ''}">
        ${this.prefix ? html`<span class="affix">${this.prefix}</span>` : nothing}
        <input
          id="field"
          type=${this.kind}
          name=${this.name ?? nothing}
          .value=${live(this.value ?? '')}
          placeholder=${this.placeholder ?? nothing}
          autocomplete=${this.autocomplete ?? 'off'}
          maxlength=${this.maxLength ?? nothing}
          spellcheck="false"
          ?readonly=${this.readOnly}
          ?disabled=${this.disabled}
          ?required=${this.required}
          aria-describedby=${this.describedBy}
          aria-invalid=${this.error ? 'true' : nothing}
          @input=${this.typed}
          @change=${this.changed}
          @focus=${this.entered}
          @keydown=${this.pressed}
        />
        ${this.suffix ? html`<span class="affix">${this.suffix}</span>` : nothing}
        <slot name="accessory"></slot>
      </div>
    `);
  }
}

/** A field for something that nobody should read over a shoulder. */
export class PasswordField extends TextField {
  protected override get kind(): string {
    return 'password';
  }
}

/** A field to search with. */
export class SearchField extends TextField {
  protected override get kind(): string {
    return 'search';
  }
}

/** A field for an address of e-mail. */
export class EmailField extends TextField {
  protected override get kind(): string {
    return 'email';
  }
}

/** A field for an address of the web. */
export class UrlField extends TextField {
  protected override get kind(): string {
    return 'url';
  }
}

/** A field for a number. */
export class NumberField extends TextField {
  static override properties = { ...TextField.properties, min: number, max: number, step: number };
  protected override get kind(): string {
    return 'number';
  }
}

/** A field for a day, `2026-11-28`. */
export class DateField extends TextField {
  protected override get kind(): string {
    return 'date';
  }
}

/** A field for several lines. */
export class TextArea extends Field {
  static override properties = {
    ...fieldProperties,
    value: text,
    rows: number,
    placeholder: text,
    code: shown,
  };
  static override styles = [
    Field.styles,
    css`
      .field {
        padding: 6px 12px;
      }
      textarea {
        resize: vertical;
      }
    `,
  ];
  declare value: string | undefined;
  declare rows: number | undefined;
  declare placeholder: string | undefined;

  private readonly typed = (event: Event): void => {
    this.value = (event.target as HTMLTextAreaElement).value;
  };

  private readonly changed = (): void => this.tell('change');

  override render() {
    return this.around(html`
      <div class=${this.look}>
        <textarea
          id="field"
          rows=${this.rows ?? 3}
          .value=${live(this.value ?? '')}
          placeholder=${this.placeholder ?? nothing}
          spellcheck="false"
          ?disabled=${this.disabled}
          aria-describedby=${this.describedBy}
          aria-invalid=${this.error ? 'true' : nothing}
          @input=${this.typed}
          @change=${this.changed}
        ></textarea>
      </div>
    `);
  }
}
