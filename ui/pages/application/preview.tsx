/** What would become of everybody, by name and with the reason, before anything is sent. */
import { useEffect, useRef, useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { linesOf } from '../../api/stream.ts';
import { announce } from '../../parts/announce.ts';
import { asSentence } from '../../parts/faults.ts';
import { useTenant } from '../../shell/tenant.ts';
import type { Application } from './application.ts';

const effects = ['create', 'adopt', 'update', 'leave', 'hold', 'nothing'] as const;
type Effect = (typeof effects)[number];

const words: Readonly<Record<Effect, string>> = {
  create: 'New',
  adopt: 'Matched',
  update: 'Updated',
  leave: 'Leave',
  hold: 'On hold',
  nothing: 'Unchanged',
};

interface PersonLine {
  readonly type: 'person';
  readonly linkId: string;
  readonly person: string;
  readonly effect: Effect;
  readonly reason: string | null;
  readonly guarded: boolean;
}

const groupWords = {
  create: 'New',
  adopt: 'Matched',
  update: 'Updated',
  delete: 'Deleted',
  hold: 'On hold',
  nothing: 'Unchanged',
} as const;

interface GroupLine {
  readonly type: 'group';
  readonly groupId: string;
  readonly group: string;
  readonly effect: keyof typeof groupWords;
  readonly reason: string | null;
}

type Line =
  | PersonLine
  | GroupLine
  | { readonly type: 'reading'; readonly read: number; readonly about: number | null }
  | { readonly type: 'waiting'; readonly until: string }
  | { readonly type: 'summary'; readonly counts: Readonly<Record<Effect, number>> };

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** More are counted, and not listed. */
const mostListed = 500;

interface Seen {
  readonly people: readonly PersonLine[];
  readonly groups: readonly GroupLine[];
  readonly counts: Readonly<Record<Effect, number>>;
  readonly reading: { readonly read: number; readonly about: number | null } | null;
  /** Until when the server asks to wait. */
  readonly waiting: string | null;
  readonly done: boolean;
}

const nobody: Seen = {
  people: [],
  groups: [],
  counts: { create: 0, adopt: 0, update: 0, leave: 0, hold: 0, nothing: 0 },
  reading: null,
  waiting: null,
  done: false,
};

/** What is known after one more line. */
function after(before: Seen, line: Line): Seen {
  if (line.type === 'waiting') return { ...before, waiting: line.until };
  const seen = { ...before, waiting: null };
  if (line.type === 'reading') return { ...seen, reading: line };
  if (line.type === 'summary') return { ...seen, counts: line.counts, reading: null, done: true };
  if (line.type === 'group') {
    const listed = line.effect !== 'nothing' && seen.groups.length < mostListed;
    return listed ? { ...seen, groups: [...seen.groups, line] } : seen;
  }
  const counts = { ...seen.counts, [line.effect]: seen.counts[line.effect] + 1 };
  const listed = line.effect !== 'nothing' && seen.people.length < mostListed;
  return { ...seen, counts, people: listed ? [...seen.people, line] : seen.people };
}

/** The card. */
export function Preview({ application }: { readonly application: Application }) {
  const { tenantId } = useTenant();
  const [seen, setSeen] = useState<Seen | null>(null);
  const [fault, setFault] = useState('');
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const press = async () => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setFault('');
    let now = nobody;
    setSeen(now);
    try {
      const path = `/tenants/${tenantId}/destinations/${application.id}/preview`;
      for await (const line of linesOf<Line>(path, {}, control.signal)) {
        now = after(now, line);
        setSeen(now);
      }
      announce('The preview is complete');
    } catch (error) {
      if (control.signal.aborted) return;
      setSeen({ ...now, waiting: null });
      setFault(sentenceOf(error));
    }
  };
  const busy = seen !== null && !seen.done && fault === '';
  return (
    <s-section heading="Preview">
      <div className="narrow-stack">
        <p className="muted">
          Looks at everybody here and there and tells what would happen. Nothing is written.
        </p>
        <div>
          <s-button loading={busy} onClick={() => void press()}>
            {seen === null ? 'Preview' : 'Preview again'}
          </s-button>
        </div>
        <p className="fault" role="alert">
          {fault}
        </p>
        {seen === null ? null : <Result seen={seen} />}
      </div>
    </s-section>
  );
}

function Result({ seen }: { readonly seen: Seen }) {
  const { counts, people, groups, reading, waiting, done } = seen;
  return (
    <>
      {waiting === null ? null : (
        <p role="status">The server asks to wait until {time.format(new Date(waiting))}.</p>
      )}
      {reading === null ? null : (
        <s-progress
          accessibilityLabel="Accounts read"
          value={reading.read}
          max={reading.about ?? Math.max(reading.read * 2, 1)}
        />
      )}
      <dl className="facts">
        {effects.map((effect) => (
          <div key={effect}>
            <dt>{words[effect]}</dt>
            <dd>{counts[effect]}</dd>
          </div>
        ))}
      </dl>
      {done && people.length + groups.length === 0 ? (
        <p>Everything agrees already: nothing would be sent.</p>
      ) : null}
      <Rows
        of="Person"
        rows={people.map(({ linkId: id, person: name, effect, reason, guarded }) => ({
          ...{ id, name, reason },
          what: guarded ? 'Waits for you to allow it' : words[effect],
        }))}
      />
      <Rows
        of="Group"
        rows={groups.map(({ groupId: id, group: name, effect, reason }) => ({
          ...{ id, name, reason },
          what: groupWords[effect],
        }))}
      />
    </>
  );
}

interface RowsProps {
  readonly of: 'Person' | 'Group';
  readonly rows: readonly {
    readonly id: string;
    readonly name: string;
    readonly what: string;
    readonly reason: string | null;
  }[];
}

function Rows({ of, rows }: RowsProps) {
  if (rows.length === 0) return null;
  return (
    <s-table>
      <s-table-header-row>
        <s-table-header listSlot="primary">{of}</s-table-header>
        <s-table-header>What would happen</s-table-header>
        <s-table-header>Why</s-table-header>
      </s-table-header-row>
      <s-table-body>
        {rows.map(({ id, name, what, reason }) => (
          <s-table-row key={id}>
            <s-table-cell>{name}</s-table-cell>
            <s-table-cell>{what}</s-table-cell>
            <s-table-cell>{reason === null ? '' : asSentence(reason)}</s-table-cell>
          </s-table-row>
        ))}
      </s-table-body>
    </s-table>
  );
}
