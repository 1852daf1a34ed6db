/** Asking for a link to choose a new password. */
import { useEffect, useState } from 'react';
import { fieldId, Incomplete, useFaults } from '../../parts/faults.ts';
import { focusOn } from '../../parts/focus.ts';
import { useTitle } from '../../parts/title.ts';
import { DoorForm } from './door-form.tsx';
import { type Door, useSend } from './me.ts';

interface ForgottenProps {
  readonly door: Door;
  readonly onBack: () => void;
}

/** The form; without mail, the way to the administrator. */
export function Forgotten({ door, onBack }: ForgottenProps) {
  useTitle('Forgotten password', door.directory);
  const [userName, setUserName] = useState('');
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const send = useSend<void, { readonly detail: string }>(() => ({
    path: '/reset-request',
    method: 'POST',
    body: { userName },
  }));
  const faults = useFaults(['userName'], incomplete ?? send.error);
  useEffect(() => focusOn(document.getElementById(fieldId('userName'))), []);
  const press = () => {
    const missing = userName.trim() === '';
    setIncomplete(
      missing ? new Incomplete([{ field: 'userName', detail: 'Enter your user name' }]) : null,
    );
    if (!missing) send.mutate();
  };
  if (!door.mail)
    return (
      <div className="door">
        <s-page heading="Forgotten password">
          <s-section>
            <s-stack gap="base">
              <p>Ask your administrator for a link with which you choose a new one.</p>
              <p>
                <s-link onClick={onBack}>Back to sign in</s-link>
              </p>
            </s-stack>
          </s-section>
        </s-page>
      </div>
    );
  return (
    <DoorForm
      heading="Forgotten password"
      button="Send me a link"
      busy={send.isPending}
      fault={faults.rest}
      onSubmit={press}
      above={
        send.data === undefined ? (
          <p>Enter your user name, and a link to choose a new password is sent to your mailbox.</p>
        ) : (
          <s-banner tone="success" heading="Look into your mailbox">
            {send.data.detail} It is good for an hour.
          </s-banner>
        )
      }
      below={
        <p>
          <s-link onClick={onBack}>Back to sign in</s-link>
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
    </DoorForm>
  );
}
