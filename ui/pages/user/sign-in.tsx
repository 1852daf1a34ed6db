/**
 * How somebody signs in: invited by a link with which they choose a password, shown once, and mailed where mail can be
 * sent; and signed out of their own page everywhere.
 */
import { useState } from 'react';
import { ask, sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { CopyField } from '../../parts/copy.tsx';
import { When } from '../../parts/when.tsx';
import { useTenant } from '../../shell/tenant.ts';
import { nameOf, type User } from '../directory/directory.ts';

interface Invited {
  readonly url: string;
  readonly expiresAt: string;
  /** `null`: no mail was sent. */
  readonly mailedTo: string | null;
}

/** The card. */
export function SignIn({ user }: { readonly user: User }) {
  const { tenantId } = useTenant();
  const [question, setQuestion] = useState<Question | null>(null);
  /** Of how many sessions, once somebody asked for it. */
  const [signedOut, setSignedOut] = useState<number | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const invite = useChange<void, Invited>(() => ({
    path: `/directory/Users/${user.id}/invitation`,
    method: 'POST',
    body: {},
  }));
  const press = () =>
    invite.mutate(undefined, { onSuccess: () => announce(`${nameOf(user)} was invited`) });
  const askToSignOut = () => {
    let ended = 0;
    setQuestion({
      title: `Sign out ${nameOf(user)} everywhere?`,
      text: 'On each of their devices they have to enter their password again. Applications are not told of it.',
      button: 'Sign out everywhere',
      failed: 'Not signed out.',
      act: async () => {
        const path = `/tenants/${tenantId}/directory/Users/${user.id}/sign-out`;
        ({ ended } = await ask<{ readonly ended: number }>(path, { method: 'POST', body: {} }));
      },
      onDone: () => {
        setSignedOut(ended);
        announce(`${nameOf(user)} is signed out everywhere`);
      },
    });
  };
  const invited = invite.data;
  return (
    <s-section heading="Sign in">
      <div className="narrow-stack">
        <p className="muted">
          With an invitation they choose a password, here or anew, and sign in to their own page.
        </p>
        {invited === undefined ? null : (
          <>
            <CopyField label="Invitation link" value={invited.url} button="Copy link" takesFocus />
            <p>
              {invited.mailedTo === null
                ? 'No mail was sent: give them this link. '
                : `It was also sent to ${invited.mailedTo}. `}
              It works once, and ends <When at={invited.expiresAt} />.
            </p>
          </>
        )}
        <p className="fault" role="alert">
          {invite.isError ? sentenceOf(invite.error) : ''}
        </p>
        {signedOut === null ? null : <p>{signedOutWords(signedOut)}</p>}
        <div className="row">
          <s-button loading={invite.isPending} disabled={user.active === false} onClick={press}>
            {invited === undefined ? 'Invite' : 'Invite again'}
          </s-button>
          <s-button onClick={askToSignOut}>Sign out everywhere</s-button>
        </div>
      </div>
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </s-section>
  );
}

function signedOutWords(ended: number): string {
  if (ended === 0) return 'They were signed in nowhere.';
  return ended === 1 ? 'Signed out of one session.' : `Signed out of ${ended} sessions.`;
}
