/** The fields of a user, as they are entered. */
import { type Faults, fieldId } from '../../parts/faults.ts';
import type { FieldGroup } from './fields.ts';
import { ManagerField } from './manager.tsx';
import type { Draft, Field } from './places.ts';

interface FieldInputsProps {
  readonly groups: readonly FieldGroup[];
  readonly draft: Draft;
  /** Told what changed alone: the draft may have changed since it was drawn. */
  readonly onChange: (change: Draft) => void;
  readonly faults: Faults;
  /** Whose fields they are; `null` for somebody new. */
  readonly userId: string | null;
}

/** The fields, by pairs where there is room. */
export function FieldInputs({ groups, draft, onChange, faults, userId }: FieldInputsProps) {
  const input = (field: Field) => (
    <FieldInput
      key={field.name}
      field={field}
      value={draft[field.name] ?? ''}
      error={faults.of(field.name)}
      userId={userId}
      onValue={(value) => onChange({ [field.name]: value })}
    />
  );
  return groups.map(({ heading, fields }) => (
    <div key={heading} className="narrow-stack">
      {heading === null ? null : <h3>{heading}</h3>}
      <div className="field-pairs">{fields.map(input)}</div>
    </div>
  ));
}

/** One field. */
interface FieldInputProps {
  readonly field: Field;
  readonly value: string;
  readonly error: string;
  readonly userId: string | null;
  readonly onValue: (value: string) => void;
}

function FieldInput({ field, value, error, userId, onValue }: FieldInputProps) {
  const { name, label, details, kind } = field;
  const shown = { id: fieldId(name), label, details, value, error };
  const hear = ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
    onValue(currentTarget.value);
  switch (kind) {
    case 'person':
      return <ManagerField {...shown} userId={userId} onValue={onValue} />;
    case 'email':
      return <s-email-field {...shown} onInput={hear} />;
    case 'boolean':
      return (
        <s-select {...shown} onChange={hear}>
          <s-option value="">Not said</s-option>
          <s-option value="true">Yes</s-option>
          <s-option value="false">No</s-option>
        </s-select>
      );
    case 'lines':
    case 'json':
      return <s-text-area {...shown} rows={3} onInput={hear} />;
    default:
      return <s-text-field {...shown} onInput={hear} />;
  }
}
