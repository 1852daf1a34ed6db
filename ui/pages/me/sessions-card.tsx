/** Where somebody is signed in; each place can be signed out from here. */
import { sentenceOf } from '../../api/client.ts';
import { announce } from '../../parts/announce.ts';
import { When } from '../../parts/when.tsx';
import { type Session, useOwn, useSend } from './me.ts';

/** The card. */
export function SessionsCard() {
  const { data, error } = useOwn<{ readonly sessions: readonly Session[] }>('/sessions');
  const end = useSend((id: string) => ({ path: `/sessions/${id}`, method: 'DELETE' }));
  const press = ({ id, device }: Session) =>
    end.mutate(id, { onSuccess: () => announce(`${device} was signed out`) });
  return (
    <s-section heading="Where you are signed in">
      <ul className="plain divided">
        {data?.sessions.map((session) => (
          <li key={session.id}>
            <span className="wide who">
              <span>{session.device}</span>
              <span className="muted">
                Used <When at={session.lastUsedAt} />, signed in <When at={session.createdAt} />
              </span>
            </span>
            {session.current ? (
              <s-badge tone="success">This device</s-badge>
            ) : (
              <s-button
                accessibilityLabel={`Sign out ${session.device}`}
                loading={end.isPending && end.variables === session.id}
                onClick={() => press(session)}
              >
                Sign out
              </s-button>
            )}
          </li>
        ))}
      </ul>
      {(end.error ?? error) === null ? null : (
        <p className="fault" role="alert">
          {sentenceOf(end.error ?? error)}
        </p>
      )}
    </s-section>
  );
}
