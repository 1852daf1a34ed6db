/** What can be done to the users who were chosen, and what came of it. */
import { useQueryClient } from '@tanstack/react-query';
import { type Dispatch, type SetStateAction, useEffect, useRef, useState } from 'react';
import { saveFile } from '../../api/download.ts';
import { announce } from '../../parts/announce.ts';
import { AskBeforeLeaving, type Loss } from '../../parts/ask-before-leaving.tsx';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { useTenant } from '../../shell/tenant.ts';
import { PickGroup } from '../user/user-groups.tsx';
import {
  type Act,
  activate,
  addTo,
  type Chosen,
  type Course,
  doToEach,
  fileOf,
  invite,
  remove,
  suspend,
} from './many.ts';

interface ChosenCardProps {
  readonly chosen: readonly Chosen[];
  /** Who stays chosen. */
  readonly onChoose: Dispatch<SetStateAction<readonly Chosen[]>>;
}

const unfinished: Loss = {
  title: 'Leave before it is done?',
  text: 'Whoever is done stays so. With everybody else nothing is done once you leave this page.',
};

const people = (count: number): string => (count === 1 ? '1 user' : `${count} users`);

/** The card, inside the list. */
export function ChosenCard({ chosen, onChoose }: ChosenCardProps) {
  const { tenantId } = useTenant();
  const cache = useQueryClient();
  const [running, setRunning] = useState<AbortController | null>(null);
  const [course, setCourse] = useState<(Course & { readonly act: Act }) | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const [picking, setPicking] = useState(false);
  const [close] = useState(() => () => setQuestion(null));
  const left = useRef<AbortController | null>(null);
  left.current = running;
  useEffect(() => () => left.current?.abort(), []);
  const begin = async (act: Act) => {
    const control = new AbortController();
    setRunning(control);
    setCourse({ total: chosen.length, done: [], failed: [], links: [], act });
    const ended = await doToEach(chosen, act, {
      tenantPath: `/tenants/${tenantId}`,
      signal: control.signal,
      told: (now) => setCourse({ ...now, act }),
    });
    setRunning(null);
    const done = new Set(ended.done.map(({ id }) => id));
    onChoose((now) => now.filter(({ id }) => !done.has(id)));
    announce(wordsOf({ ...ended, act }));
    void cache.invalidateQueries();
  };
  const askFirst = (act: Act, title: string, text: string, button: string) =>
    setQuestion({
      ...{ title, text, button, failed: '' },
      act: async () => undefined,
      onDone: () => void begin(act),
    });
  const count = people(chosen.length);
  const askToSuspend = () =>
    askFirst(
      suspend,
      `Suspend ${count}?`,
      'They are signed out here and deactivated in every application, at once.',
      'Suspend',
    );
  const askToDelete = () =>
    askFirst(
      remove,
      `Delete ${count}?`,
      'They leave every application as it says what leaving means there. You can restore them for 90 days.',
      'Delete',
    );
  if (chosen.length === 0 && course === null) return null;
  return (
    <section className="narrow-stack" aria-label="Chosen users">
      {chosen.length === 0 || running !== null ? null : (
        <div className="row">
          <b>{count} chosen</b>
          <s-button onClick={askToSuspend}>Suspend</s-button>
          <s-button onClick={() => void begin(activate)}>Activate</s-button>
          <s-button onClick={() => setPicking(true)}>Add to group</s-button>
          <s-button onClick={() => void begin(invite)}>Send invitation</s-button>
          <s-button tone="critical" onClick={askToDelete}>
            Delete
          </s-button>
          <s-button variant="tertiary" onClick={() => onChoose([])}>
            Choose nobody
          </s-button>
        </div>
      )}
      {course === null ? null : (
        <Outcome
          course={course}
          onStop={running === null ? null : () => running.abort()}
          onClose={() => setCourse(null)}
        />
      )}
      {picking ? (
        <PickGroup
          picked={[]}
          onPick={(group) => void begin(addTo(group))}
          onClose={() => setPicking(false)}
        />
      ) : null}
      <AskBeforeLeaving loss={running === null ? null : unfinished} />
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </section>
  );
}

function wordsOf({ done, failed, total, act }: Course & { readonly act: Act }): string {
  const others = total - done.length - failed.length;
  return [
    `${people(done.length)} ${act.done}`,
    ...(failed.length === 0 ? [] : [`${failed.length} failed`]),
    ...(others === 0 ? [] : [`${others} left as they were`]),
  ].join(', ');
}

const mostFailuresShown = 50;

interface OutcomeProps {
  readonly course: Course & { readonly act: Act };
  /** `null`: it is over. */
  readonly onStop: (() => void) | null;
  readonly onClose: () => void;
}

function Outcome({ course, onStop, onClose }: OutcomeProps) {
  const { total, done, failed, links } = course;
  const shown = failed.slice(0, mostFailuresShown);
  return (
    <>
      {onStop === null ? (
        <p>{wordsOf(course)}.</p>
      ) : (
        <>
          <p className="muted">
            {done.length + failed.length} of {total}. It goes on as long as this page is open.
          </p>
          <s-progress
            accessibilityLabel="Users done"
            value={done.length + failed.length}
            max={total}
          />
        </>
      )}
      {failed.length === 0 ? null : (
        <ul className="plain" aria-label="Who failed">
          {shown.map(({ user, why }) => (
            <li key={user.id}>
              <span>
                <b>{user.name}</b> ({user.userName}): {why}
              </span>
            </li>
          ))}
          {failed.length > shown.length ? (
            <li className="muted">and {failed.length - shown.length} more, who stay chosen</li>
          ) : null}
        </ul>
      )}
      {onStop === null && links.length > 0 ? (
        <p>
          Nothing was mailed to {people(links.length)}: save their links, and give each person their
          own.
        </p>
      ) : null}
      <div className="row">
        {onStop === null ? (
          <>
            {links.length === 0 ? null : (
              <s-button onClick={() => saveFile(new Blob([fileOf(links)]), 'invitations.csv')}>
                Save the links
              </s-button>
            )}
            <s-button variant="tertiary" onClick={onClose}>
              Close
            </s-button>
          </>
        ) : (
          <s-button onClick={onStop}>Stop</s-button>
        )}
      </div>
    </>
  );
}
