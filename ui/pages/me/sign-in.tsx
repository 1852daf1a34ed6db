/** Signing in. */
import { useEffect, useState } from 'react';
import { fieldId, Incomplete, useFaults } from '../../parts/faults.ts';
import { focusOn } from '../../parts/focus.ts';
import { useTitle } from '../../parts/title.ts';
import { DoorForm } from './door-form.tsx';
import { type Door, useSend } from './me.ts';

interface SignInProps {
  readonly door: Door;
  /** The userName of whoever has just chosen a password here. */
  readonly chosenFor: string | null;
  readonly onForgotten: () => void;
}

/** The form. */
export function SignIn({ door, chosenFor, onForgotten }: SignInProps) {
  useTitle('Sign in', door.directory);
  const [userName, setUserName] = useState(chosenFor ?? '');
  const [password, setPassword] = useState('');
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const send = useSend(() => ({
    path: '/sign-in',
    method: 'POST',
    body: { userName, password },
  }));
  const faults = useFaults(['userName', 'password'], incomplete ?? send.error);
  useEffect(() => {
    focusOn(document.getElementById(fieldId(chosenFor === null ? 'userName' : 'password')));
  }, [chosenFor]);
  const press = () => {
    const missing = [
      ...(userName.trim() === '' ? [{ field: 'userName', detail: 'Enter your user name' }] : []),
      ...(password === '' ? [{ field: 'password', detail: 'Enter your password' }] : []),
    ];
    setIncomplete(missing.length === 0 ? null : new Incomplete(missing));
    if (missing.length === 0) send.mutate();
  };
  return (
    <DoorForm
      heading={`Sign in to ${door.directory}`}
      button="Sign in"
      busy={send.isPending}
      fault={faults.rest}
      onSubmit={press}
      above={
        chosenFor === null ? null : (
          <s-banner tone="success">Your password is set. Sign in with it.</s-banner>
        )
      }
      below={
        <p>
          <s-link onClick={onForgotten}>Forgot your password?</s-link>
        </p>
      }
    >
      <s-text-field
        id={fieldId('userName')}
        label="User name"
        name="username"
        autocomplete="username"
        value={userName}
        error={faults.of('userName')}
        onInput={({ currentTarget }) => setUserName(currentTarget.value)}
      />
      <s-password-field
        id={fieldId('password')}
        label="Password"
        name="password"
        autocomplete="current-password"
        value={password}
        error={faults.of('password')}
        onInput={({ currentTarget }) => setPassword(currentTarget.value)}
      />
    </DoorForm>
  );
}
