/** The fields of a user. */
import { type Faults, fieldId } from '../../parts/faults.ts';
import type { Draft } from './draft.ts';

interface FieldsProps {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  readonly faults: Faults;
}

type Kind = 'text' | 'email';

const fields: readonly (readonly [keyof Draft, string, string, Kind])[] = [
  ['userName', 'User name', 'What they sign in with, mostly their e-mail address.', 'text'],
  ['email', 'E-mail', 'Where applications and Rollcall write to.', 'email'],
  ['givenName', 'First name', '', 'text'],
  ['familyName', 'Last name', '', 'text'],
  ['displayName', 'Display name', '', 'text'],
  ['phone', 'Phone', 'With its country, as in +44 20 7946 0000.', 'text'],
  ['title', 'Title', '', 'text'],
  ['department', 'Department', '', 'text'],
];

/** The fields, by pairs where there is room. */
export function Fields({ draft, onChange, faults }: FieldsProps) {
  return (
    <div className="field-pairs">
      {fields.map(([name, label, details, kind]) => {
        const props = {
          id: fieldId(name),
          label,
          details,
          value: draft[name],
          error: faults.of(name),
          onInput: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
            onChange({ ...draft, [name]: currentTarget.value }),
        };
        return kind === 'email' ? (
          <s-email-field key={name} {...props} />
        ) : (
          <s-text-field key={name} {...props} />
        );
      })}
    </div>
  );
}
