/** The fields of a kind of destination, drawn from what its connector says. */
import { type ReactNode, useState } from 'react';
import type { Field } from './destinations.ts';
import { type Faults, fieldId } from './faults.ts';

/** What is in the fields, by their names. */
export type Values = Readonly<Record<string, string>>;

interface SettingsFieldsProps {
  readonly fields: readonly Field[];
  readonly values: Values;
  /** Told what changed alone: the values may have changed since they were drawn. */
  readonly onChange: (change: Values) => void;
  readonly faults: Faults;
  /** Whether there are secrets already, which are never shown again. */
  readonly kept: boolean;
}

/** The fields; those of a group are folded away, unless there is something in one of them. */
export function SettingsFields(props: SettingsFieldsProps) {
  const { fields } = props;
  const groups = [...new Set(fields.flatMap(({ group }) => group ?? []))];
  const drawn = (own: readonly Field[]) =>
    own.map((field) => <SettingsField key={field.name} field={field} {...props} />);
  return (
    <>
      {drawn(fields.filter(({ group }) => group === undefined))}
      {groups.map((group) => {
        const own = fields.filter((field) => field.group === group);
        return (
          <Group key={group} title={group} own={own} {...props}>
            {drawn(own)}
          </Group>
        );
      })}
    </>
  );
}

interface GroupProps extends SettingsFieldsProps {
  readonly title: string;
  readonly own: readonly Field[];
  readonly children: ReactNode;
}

function Group({ title, own, values, faults, children }: GroupProps) {
  const [open, setOpen] = useState(() => own.some(({ name }) => (values[name] ?? '') !== ''));
  // What is wrong must be seen, and can be given the focus only then.
  const wrong = own.some(({ name }) => faults.of(`settings.${name}`) !== '');
  return (
    <details
      className="fold"
      open={open || wrong}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{title}</summary>
      <div className="folded">{children}</div>
    </details>
  );
}

function SettingsField(props: SettingsFieldsProps & { readonly field: Field }) {
  const { field, values, onChange, faults, kept } = props;
  const { name, label, help, secret, required, choices } = field;
  const change = ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
    onChange({ [name]: currentTarget.value });
  const shown = {
    id: fieldId(`settings.${name}`),
    value: values[name] ?? '',
    details:
      secret && kept
        ? `${help} Leave it empty to keep the one there is; it is needed again where the address changes.`
        : help,
    error: faults.of(`settings.${name}`),
  };
  if (choices !== undefined)
    return (
      <s-select {...shown} label={label} onChange={change}>
        {choices.map((choice) => (
          <s-option key={choice.value} value={choice.value}>
            {choice.label}
          </s-option>
        ))}
      </s-select>
    );
  const text = {
    ...shown,
    label: required ? label : `${label} (optional)`,
    onInput: change,
  };
  return secret ? (
    <s-password-field {...text} autocomplete="off" />
  ) : (
    <s-text-field {...text} autocomplete="off" />
  );
}

/** What is missing, before anything is sent. */
export function missingIn(fields: readonly Field[], values: Values, kept: boolean) {
  return fields
    .filter(({ name, required, secret }) => {
      const empty = (values[name] ?? '').trim() === '';
      return required && empty && !(secret && kept);
    })
    .map(({ name, label }) => ({ field: `settings.${name}`, detail: `${label} is needed.` }));
}

/** What is sent: a secret that nobody typed stays as it is. */
export function settingsOf(fields: readonly Field[], values: Values): Values {
  return Object.fromEntries(
    fields.flatMap(({ name, secret }) => {
      const value = (values[name] ?? '').trim();
      return secret && value === '' ? [] : [[name, value]];
    }),
  );
}
