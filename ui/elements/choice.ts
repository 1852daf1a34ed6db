/** Fields in which something is chosen. */
import { css, html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { flag, PolarisElement, text } from './element.ts';
import { Field, fieldProperties } from './field.ts';

/** One of several; what is chosen from is in `s-option` inside. */
export class Select extends Field {
  static override properties = { ...fieldProperties, value: text, placeholder: text };
  static override styles = [
    Field.styles,
    css`
      .field {
        padding-inline-end: 8px;
      }
      option {
        background: var(--card);
        color: var(--ink);
      }
      .children {
        display: none;
      }
    `,
  ];
  declare value: string | undefined;
  declare placeholder: string | undefined;

  private readonly children_ = new MutationObserver(() => this.requestUpdate());

  override connectedCallback(): void {
    super.connectedCallback();
    this.children_.observe(this, {
      childList: true,
      subtree: true,
      characterData: true,
      attributes: true,
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.children_.disconnect();
  }

  private readonly changed = (event: Event): void => {
    this.value = (event.target as HTMLSelectElement).value;
    this.tell('input');
    this.tell('change');
  };

  override render() {
    const options = [...this.querySelectorAll<Option>('s-option')];
    const selected = this.value ?? options.find((option) => option.selected)?.value;
    return this.around(html`
      <div class=${this.look}>
        <select
          id="field"
          name=${this.name ?? nothing}
          .value=${live(selected ?? '')}
          ?disabled=${this.disabled}
          aria-describedby=${this.describedBy}
          aria-invalid=${this.error ? 'true' : nothing}
          @change=${this.changed}
        >
          ${this.placeholder ? html`<option value="" disabled ?selected=${!selected}>${this.placeholder}</option>` : nothing}
          ${options.map(
            (option) =>
              html`<option
                value=${option.value ?? ''}
                ?disabled=${option.disabled}
                ?selected=${option.value === selected}
              >
                ${option.textContent}
              </option>`,
          )}
        </select>
      </div>
      <div class="children"><slot></slot></div>
    `);
  }
}

/** What a select offers; never shown itself. */
export class Option extends PolarisElement {
  static override properties = { value: text, disabled: flag, selected: flag };
  declare value: string | undefined;
  declare disabled: boolean;
  declare selected: boolean;
}

const tick = css`
  :host {
    display: block;
  }
  .row {
    display: flex;
    align-items: flex-start;
    gap: 8px;
  }
  label {
    margin: 0;
    line-height: 20px;
    cursor: pointer;
  }
  input {
    flex: none;
    width: 16px;
    min-height: 0;
    height: 16px;
    margin: 2px 0;
    accent-color: var(--primary);
    cursor: pointer;
  }
  .details,
  .error {
    margin-inline-start: 24px;
    margin-top: 0;
  }
`;

/** Yes or no, ticked. */
export class Checkbox extends Field {
  static override properties = {
    ...fieldProperties,
    checked: { type: Boolean },
    value: text,
    accessibilityLabel: text,
  };
  static override styles = [Field.styles, tick];
  declare checked: boolean;
  declare accessibilityLabel: string | undefined;

  /** The platform's role of the field. */
  protected get part_(): string | typeof nothing {
    return nothing;
  }

  private readonly changed = (event: Event): void => {
    this.checked = (event.target as HTMLInputElement).checked;
    this.tell('change');
  };

  override render() {
    return html`
      <div class="row">
        <input
          id="field"
          type="checkbox"
          role=${this.part_}
          .checked=${live(this.checked ?? false)}
          ?disabled=${this.disabled}
          aria-label=${this.accessibilityLabel ?? nothing}
          aria-describedby=${this.describedBy}
          aria-invalid=${this.error ? 'true' : nothing}
          @change=${this.changed}
        />
        <label
          for="field"
          class=${this.labelAccessibilityVisibility === 'exclusive' ? 'visually-hidden' : ''}
          >${this.label}</label
        >
      </div>
      ${this.below()}
    `;
  }
}

/** On or off, at once. */
export class Switch extends Checkbox {
  static override styles = [
    Checkbox.styles,
    css`
      .row {
        align-items: center;
      }
      input {
        position: relative;
        width: 32px;
        height: 20px;
        margin: 0;
        border-radius: 10px;
        appearance: none;
        background: var(--switch-off);
        transition: background 0.12s;
      }
      input::after {
        content: '';
        position: absolute;
        top: 3px;
        left: 3px;
        width: 14px;
        height: 14px;
        border-radius: 50%;
        background: #fff;
        transition: translate 0.12s;
      }
      input:checked {
        background: var(--primary);
      }
      input:checked::after {
        translate: 12px 0;
      }
      input:focus-visible {
        outline: 2px solid var(--focus);
        outline-offset: 2px;
      }
      label {
        font-weight: 550;
      }
      .details,
      .error {
        margin-inline-start: 40px;
      }
      @media (forced-colors: active) {
        input {
          border: 1px solid;
        }
        input::after {
          background: CanvasText;
        }
      }
    `,
  ];

  protected override get part_(): string {
    return 'switch';
  }
}

/** One of a choice list. */
export class Choice extends PolarisElement {
  static override properties = {
    value: text,
    selected: { type: Boolean },
    disabled: flag,
    several: { type: Boolean },
    group: text,
  };
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles = PolarisElement.withStyles(
    tick,
    css`
      ::slotted([slot='details']) {
        display: block;
        margin-inline-start: 24px;
        color: var(--muted);
      }
      .extra {
        margin-inline-start: 24px;
      }
      input:focus-visible {
        outline: 2px solid var(--focus);
        outline-offset: 2px;
      }
    `,
  );
  declare value: string | undefined;
  declare selected: boolean;
  declare disabled: boolean;
  declare several: boolean;

  private readonly changed = (event: Event): void => {
    this.selected = (event.target as HTMLInputElement).checked;
    this.dispatchEvent(new CustomEvent('chosen', { bubbles: true }));
  };

  private readonly pressed = (event: KeyboardEvent): void => {
    if (this.several) return;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const all = [...(this.parentElement?.querySelectorAll<Choice>(':scope > s-choice') ?? [])];
    const next = all[(all.indexOf(this) + step + all.length) % all.length];
    if (next === undefined) return;
    event.preventDefault();
    next.selected = true;
    next.focus();
    next.dispatchEvent(new CustomEvent('chosen', { bubbles: true }));
  };

  override render() {
    return html`
      <div class="row">
        <input
          id="field"
          type=${this.several ? 'checkbox' : 'radio'}
          .checked=${live(this.selected ?? false)}
          ?disabled=${this.disabled}
          @change=${this.changed}
          @keydown=${this.pressed}
        />
        <label for="field"><slot></slot></label>
      </div>
      <slot name="details"></slot>
      ${this.selected ? html`<div class="extra"><slot name="secondary-content"></slot></div>` : nothing}
    `;
  }
}

/** One or several of a few, all seen at once. */
export class ChoiceList extends Field {
  static override properties = { ...fieldProperties, multiple: flag, values: { attribute: false } };
  static override styles = [
    Field.styles,
    css`
      .choices {
        display: grid;
        gap: 8px;
      }
      .title {
        margin-bottom: 4px;
      }
    `,
  ];
  declare multiple: boolean;
  declare values: readonly string[] | undefined;

  private get choices(): readonly Choice[] {
    return [...this.querySelectorAll<Choice>(':scope > s-choice')];
  }

  private readonly chosen = (event: Event): void => {
    const one = event.target as Choice;
    if (!this.multiple) for (const other of this.choices) other.selected = other === one;
    this.values = this.choices.filter(({ selected }) => selected).map(({ value }) => value ?? '');
    this.tell('input');
    this.tell('change');
  };

  private readonly spread = (): void => {
    for (const choice of this.choices) {
      choice.several = this.multiple;
      if (this.values !== undefined) choice.selected = this.values.includes(choice.value ?? '');
    }
  };

  override updated(): void {
    this.spread();
  }

  override render() {
    const hidden = this.labelAccessibilityVisibility === 'exclusive';
    return html`
      <div
        role=${this.multiple ? 'group' : 'radiogroup'}
        aria-label=${this.label ?? nothing}
        aria-describedby=${this.describedBy}
      >
        ${hidden ? nothing : html`<div class="title" aria-hidden="true">${this.label}</div>`}
        <div class="choices" @chosen=${this.chosen}><slot @slotchange=${this.spread}></slot></div>
      </div>
      ${this.below()}
    `;
  }
}
