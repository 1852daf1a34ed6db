/** Choosing a password by a link, of an invitation or of a mail. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, askAt, sentenceOf } from '../../api/client.ts';
import { type Incomplete, useFaults } from '../../parts/faults.ts';
import { Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { DoorForm } from './door-form.tsx';
import { base, type Door, useSend } from './me.ts';
import { type Chosen, faultsIn, NewPassword, nothingChosen } from './new-password.tsx';

interface LinkOwner {
  readonly kind: 'invitation' | 'reset';
  readonly userName: string;
}

interface SetPasswordProps {
  readonly door: Door;
  readonly token: string;
  /** Called with the userName once the password is set, and with `null` to go without. */
  readonly onDone: (userName: string | null) => void;
}

/** The form, for whoever has a good link. */
export function SetPassword({ door, token, onDone }: SetPasswordProps) {
  useTitle('Choose a password', door.directory);
  const owner = useQuery({
    queryKey: ['link', token],
    queryFn: () => askAt<LinkOwner>(base, '/link', { method: 'POST', body: { token } }),
    // Once its password is set, the link is used: asked again it would be told to be no good.
    staleTime: 'static',
  });
  if (owner.isPending) return <Loading title="" />;
  if (owner.isError) return <BadLink error={owner.error} onDone={() => onDone(null)} />;
  return <Choosing door={door} token={token} owner={owner.data} onDone={onDone} />;
}

function Choosing({
  door,
  token,
  owner,
  onDone,
}: SetPasswordProps & { readonly owner: LinkOwner }) {
  const [chosen, setChosen] = useState<Chosen>(nothingChosen);
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const send = useSend<void, { readonly userName: string }>(() => ({
    path: '/reset',
    method: 'POST',
    body: { token, password: chosen.password },
  }));
  const faults = useFaults(['password', 'again'], incomplete ?? send.error);
  const press = () => {
    const found = faultsIn(chosen);
    setIncomplete(found);
    if (found === null) send.mutate(undefined, { onSuccess: ({ userName }) => onDone(userName) });
  };
  return (
    <DoorForm
      heading={
        owner.kind === 'invitation' ? `Welcome to ${door.directory}` : 'Choose a new password'
      }
      button="Set password"
      busy={send.isPending}
      fault={faults.rest}
      onSubmit={press}
      above={
        owner.kind === 'invitation' ? (
          <p>You have an account here. Choose a password to sign in with.</p>
        ) : null
      }
    >
      <s-text-field
        label="User name"
        name="username"
        autocomplete="username"
        readOnly
        value={owner.userName}
      />
      <NewPassword chosen={chosen} onChange={setChosen} faults={faults} />
    </DoorForm>
  );
}

function BadLink({ error, onDone }: { readonly error: unknown; readonly onDone: () => void }) {
  const gone = error instanceof ApiError && error.status === 404;
  return (
    <div className="door">
      <s-page heading={gone ? 'This link is not good any more' : 'This link could not be read'}>
        <s-section>
          <s-stack gap="base">
            <p role="alert">{sentenceOf(error)}</p>
            <p>
              <s-link onClick={onDone}>To sign in</s-link>
            </p>
          </s-stack>
        </s-section>
      </s-page>
    </div>
  );
}
