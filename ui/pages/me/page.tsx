/** The page: the door, or what is behind it. */
import { useState } from 'react';
import { ApiError, sentenceOf } from '../../api/client.ts';
import { Loading } from '../../parts/states.tsx';
import { Boundary } from '../../shell/boundary.tsx';
import { Forgotten } from './forgotten.tsx';
import { type Door, useOwn } from './me.ts';
import { ProfilePage } from './profile.tsx';
import { SetPassword } from './set-password.tsx';
import { SignIn } from './sign-in.tsx';

/** The token of a link that sets a password; behind the #, so that no server is told. */
function tokenInAddress(): string | null {
  return /^#password=([\w-]+)$/.exec(location.hash)?.[1] ?? null;
}

/** The page. */
export function Me() {
  const door = useOwn<Door>('/');
  const [token, setToken] = useState(tokenInAddress);
  const [forgotten, setForgotten] = useState(false);
  const [chosenFor, setChosenFor] = useState<string | null>(null);
  const leaveLink = (userName: string | null) => {
    history.replaceState(null, '', location.pathname);
    setToken(null);
    setChosenFor(userName);
  };
  return (
    <main id="main">
      <Boundary>{view()}</Boundary>
    </main>
  );

  function view() {
    if (door.isPending) return <Loading title="" />;
    if (door.isError && door.data === undefined)
      return <Closed error={door.error} retry={() => void door.refetch()} />;
    const { data } = door;
    if (token !== null) return <SetPassword door={data} token={token} onDone={leaveLink} />;
    if (data.signedIn) return <ProfilePage door={data} />;
    if (forgotten) return <Forgotten door={data} onBack={() => setForgotten(false)} />;
    return <SignIn door={data} chosenFor={chosenFor} onForgotten={() => setForgotten(true)} />;
  }
}

function Closed({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  const missing = error instanceof ApiError && error.status === 404;
  return (
    <s-page heading={missing ? 'This page is not there' : 'This page could not be loaded'}>
      <s-section>
        <s-stack gap="base">
          <p role="alert">{sentenceOf(error)}</p>
          {missing ? null : (
            <div>
              <s-button variant="primary" onClick={retry}>
                Try again
              </s-button>
            </div>
          )}
        </s-stack>
      </s-section>
    </s-page>
  );
}
