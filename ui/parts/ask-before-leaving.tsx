/** Asks before a page is left on which something would be lost by that. */
import { useEffect, useState } from 'react';
import { guardLeaving, leaveFreely } from '../shell/leaving.ts';
import { Confirm, type Question } from './confirm.tsx';

/** What would be lost. */
export type Loss = Pick<Question, 'title' | 'text'>;

/** Asks as long as there is a loss, which is to be the same object meanwhile; `null`: nothing would be lost. */
export function AskBeforeLeaving({ loss }: { readonly loss: Loss | null }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  useEffect(() => {
    if (loss === null) return;
    // A document that is closed or loaded anew: the browser asks.
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    const unguard = guardLeaving((leave) => setQuestion(questionBefore(leave, loss)));
    return () => {
      window.removeEventListener('beforeunload', warn);
      unguard();
    };
  }, [loss]);
  return question === null ? null : <Confirm question={question} onClose={close} />;
}

function questionBefore(leave: () => void, loss: Loss): Question {
  return {
    ...loss,
    button: 'Leave page',
    failed: '',
    act: async () => undefined,
    onDone: () => {
      leaveFreely();
      leave();
    },
  };
}
