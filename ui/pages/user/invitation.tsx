/** Inviting somebody: a link with which they choose a password, shown once, and mailed where mail can be sent. */
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { CopyField } from '../../parts/copy.tsx';
import { When } from '../../parts/when.tsx';
import { nameOf, type User } from '../directory/directory.ts';

interface Invited {
  readonly url: string;
  readonly expiresAt: string;
  /** `null`: no mail was sent. */
  readonly mailedTo: string | null;
}

/** The card. */
export function Invitation({ user }: { readonly user: User }) {
  const invite = useChange<void, Invited>(() => ({
    path: `/directory/Users/${user.id}/invitation`,
    method: 'POST',
    body: {},
  }));
  const press = () =>
    invite.mutate(undefined, { onSuccess: () => announce(`${nameOf(user)} was invited`) });
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
        <div>
          <s-button loading={invite.isPending} disabled={user.active === false} onClick={press}>
            {invited === undefined ? 'Invite' : 'Invite again'}
          </s-button>
        </div>
      </div>
    </s-section>
  );
}
