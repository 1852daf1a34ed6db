/** The fields of a kind of destination, drawn from what its connector says. */

import type { Field } from './destinations.ts';
import { type Faults, fieldId } from './faults.ts';

/** What is in the fields, by their names. */
export type Values = Readonly<Record<string, string>>;

interface SettingsFieldsProps {
  readonly fields: readonly Field[];
  readonly values: Values;
  readonly onChange: (values: Values) => void;
  readonly faults: Faults;
  /** Whether there are secrets already, which are never shown again. */
  readonly kept: boolean;
}

/** The fields. */
export function SettingsFields({ fields, values, onChange, faults, kept }: SettingsFieldsProps) {
  return fields.map(({ name, label, help, secret, required }) => {
    const props = {
      id: fieldId(`settings.${name}`),
      label: required ? label : `${label} (optional)`,
      value: values[name] ?? '',
      details:
        secret && kept
          ? `${help} Leave it empty to keep the one there is; it is needed again where the address changes.`
          : help,
      error: faults.of(`settings.${name}`),
      onInput: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
        onChange({ ...values, [name]: currentTarget.value }),
    };
    return secret ? (
      <s-password-field key={name} {...props} autocomplete="off" />
    ) : (
      <s-text-field key={name} {...props} autocomplete="off" />
    );
  });
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
