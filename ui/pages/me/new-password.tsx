/** The two fields of a new password. */
import { type Faults, fieldId, Incomplete } from '../../parts/faults.ts';

/** What was typed. */
export interface Chosen {
  readonly password: string;
  readonly again: string;
}

/** Nothing yet. */
export const nothingChosen: Chosen = { password: '', again: '' };

/** What can be told before it is sent; `null`: nothing. */
export function faultsIn({ password, again }: Chosen): Incomplete | null {
  if ([...password].length < 12)
    return new Incomplete([{ field: 'password', detail: 'must have at least 12 characters' }]);
  if (password !== again)
    return new Incomplete([{ field: 'again', detail: 'is not the same as above' }]);
  return null;
}

interface NewPasswordProps {
  readonly chosen: Chosen;
  readonly onChange: (change: (chosen: Chosen) => Chosen) => void;
  readonly faults: Faults;
}

/** The fields. */
export function NewPassword({ chosen, onChange, faults }: NewPasswordProps) {
  return (
    <>
      <s-password-field
        id={fieldId('password')}
        label="New password"
        details="At least 12 characters. A few words that do not belong together make a good one."
        name="new-password"
        autocomplete="new-password"
        value={chosen.password}
        error={faults.of('password')}
        onInput={({ currentTarget: { value } }) =>
          onChange((before) => ({ ...before, password: value }))
        }
      />
      <s-password-field
        id={fieldId('again')}
        label="The same again"
        name="new-password-again"
        autocomplete="new-password"
        value={chosen.again}
        error={faults.of('again')}
        onInput={({ currentTarget: { value } }) =>
          onChange((before) => ({ ...before, again: value }))
        }
      />
    </>
  );
}
