/** Changing the password; all other devices are signed out by that. */
import { useState } from 'react';
import { announce } from '../../parts/announce.ts';
import { fieldId, Incomplete, useFaults } from '../../parts/faults.ts';
import { Fold } from '../../parts/fold.tsx';
import { useSend } from './me.ts';
import { type Chosen, faultsIn, NewPassword, nothingChosen } from './new-password.tsx';

/** The card. */
export function PasswordCard({ userName }: { readonly userName: string }) {
  const [current, setCurrent] = useState('');
  const [chosen, setChosen] = useState<Chosen>(nothingChosen);
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const send = useSend(() => ({
    path: '/password',
    method: 'POST',
    body: { currentPassword: current, password: chosen.password },
  }));
  const faults = useFaults(['currentPassword', 'password', 'again'], incomplete ?? send.error);
  const press = () => {
    const found =
      current === ''
        ? new Incomplete([{ field: 'currentPassword', detail: 'Enter your password' }])
        : faultsIn(chosen);
    setIncomplete(found);
    if (found !== null || send.isPending) return;
    send.mutate(undefined, {
      onSuccess: () => {
        setCurrent('');
        setChosen(nothingChosen);
        announce('Your password was changed');
      },
    });
  };
  return (
    <Fold title="Password" more="Changing it signs you out everywhere else">
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          press();
        }}
      >
        {send.isSuccess ? <s-banner tone="success">Your password was changed.</s-banner> : null}
        <s-text-field
          label="User name"
          name="username"
          autocomplete="username"
          readOnly
          value={userName}
        />
        <s-password-field
          id={fieldId('currentPassword')}
          label="Current password"
          name="current-password"
          autocomplete="current-password"
          value={current}
          error={faults.of('currentPassword')}
          onInput={({ currentTarget }) => setCurrent(currentTarget.value)}
        />
        <NewPassword chosen={chosen} onChange={setChosen} faults={faults} />
        {faults.rest === '' ? null : (
          <p className="fault" role="alert">
            {faults.rest}
          </p>
        )}
        <div>
          <s-button type="submit" loading={send.isPending}>
            Change password
          </s-button>
        </div>
      </form>
    </Fold>
  );
}
