/** What somebody who is signed in sees of themselves. */
import { sentenceOf } from '../../api/client.ts';
import { Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { ApplicationsCard } from './applications-card.tsx';
import { FieldsCard } from './fields-card.tsx';
import { type Door, type Profile, useOwn, useSend } from './me.ts';
import { PasswordCard } from './password-card.tsx';
import { SessionsCard } from './sessions-card.tsx';

/** The page. */
export function ProfilePage({ door }: { readonly door: Door }) {
  useTitle('Your profile', door.directory);
  const profile = useOwn<Profile>('/profile');
  const signOut = useSend(() => ({ path: '/sign-out', method: 'POST', body: {} }));
  return (
    <>
      <header className="bar">
        <span className="brand">{door.directory}</span>
        <span className="store">{profile.data?.userName}</span>
      </header>
      {profile.data === undefined ? (
        <Absent error={profile.error} retry={() => void profile.refetch()} />
      ) : (
        <s-page heading={profile.data.displayName ?? 'Your profile'}>
          <s-button
            slot="secondary-actions"
            loading={signOut.isPending}
            onClick={() => signOut.mutate()}
          >
            Sign out
          </s-button>
          {signOut.isError ? (
            <p className="fault" role="alert">
              {sentenceOf(signOut.error)}
            </p>
          ) : null}
          <FieldsCard profile={profile.data} />
          <PasswordCard userName={profile.data.userName} />
          <SessionsCard />
          <ApplicationsCard />
        </s-page>
      )}
    </>
  );
}

function Absent({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  if (error === null) return <Loading title="Your profile" />;
  return (
    <s-page heading="Your profile">
      <s-section>
        <s-stack gap="base">
          <p role="alert">{sentenceOf(error)}</p>
          <div>
            <s-button onClick={retry}>Try again</s-button>
          </div>
        </s-stack>
      </s-section>
    </s-page>
  );
}
