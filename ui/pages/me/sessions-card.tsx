/** Where somebody is signed in; each place can be signed out from here, and all others at once. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { When } from '../../parts/when.tsx';
import { type Session, useOwn, useSend } from './me.ts';

/** The card. */
export function SessionsCard() {
  const { data, error } = useOwn<{ readonly sessions: readonly Session[] }>('/sessions');
  const end = useSend((id: string) => ({ path: `/sessions/${id}`, method: 'DELETE' }));
  const endOthers = useSend<void, { readonly ended: number }>(() => ({
    path: '/sessions',
    method: 'DELETE',
  }));
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const press = ({ id, device }: Session) =>
    end.mutate(id, { onSuccess: () => announce(`${device} was signed out`) });
  const askAboutOthers = () =>
    setQuestion({
      title: 'Sign out everywhere else?',
      text: 'On every other device your password has to be entered again.',
      button: 'Sign out everywhere else',
      failed: 'Not signed out.',
      act: () => endOthers.mutateAsync(),
      onDone: () => announce('You were signed out everywhere else'),
    });
  const sessions = data?.sessions ?? [];
  return (
    <s-section heading="Where you are signed in">
      <div className="narrow-stack">
        <ul className="plain divided">
          {sessions.map((session) => (
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
        {sessions.length < 2 ? null : (
          <div>
            <s-button onClick={askAboutOthers}>Sign out everywhere else</s-button>
          </div>
        )}
      </div>
      {(end.error ?? error) === null ? null : (
        <p className="fault" role="alert">
          {sentenceOf(end.error ?? error)}
        </p>
      )}
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </s-section>
  );
}
