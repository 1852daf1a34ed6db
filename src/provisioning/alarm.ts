/**
 * The alarm: somebody has waited for too long. It is raised once, and ends when nobody waits for half as
 * long any more, so that it does not come and go with every person.
 */
import type pg from 'pg';
import {
  type AlarmNotice,
  changeAlarm,
  type Lane,
  type Watched,
  watched,
} from '../store/alarms.ts';
import { durationOf } from './duration.ts';

/** How long somebody may wait before it is an alarm, in milliseconds. */
export interface AlarmAfter {
  readonly ordinaryMs: number;
  readonly leaversMs: number;
}

/** An alarm to be raised or ended. */
export interface AlarmChange extends AlarmNotice {
  readonly change: 'raise' | 'end';
  readonly lane: Lane;
}

/** What is to become of a destination's alarms at `now`. Pure. */
export function alarmChanges(one: Watched, after: AlarmAfter, now: number): readonly AlarmChange[] {
  return lanes.flatMap((lane): readonly AlarmChange[] => {
    const since = lane === 'urgent' ? one.oldestLeaver : one.oldestOrdinary;
    const limitMs = lane === 'urgent' ? after.leaversMs : after.ordinaryMs;
    const waitedMs = since === null ? 0 : now - since.getTime();
    const stands = one.standing.includes(lane);
    if (!stands && waitedMs > limitMs) return [raised(one, lane, { waitedMs, limitMs })];
    if (stands && waitedMs <= limitMs / 2) return [ended(one, lane, limitMs)];
    return [];
  });
}

const lanes: readonly Lane[] = ['urgent', 'ordinary'];
const codes = { urgent: 'leavers_wait', ordinary: 'changes_wait' } as const;

function raised(
  one: Watched,
  lane: Lane,
  { waitedMs, limitMs }: { readonly waitedMs: number; readonly limitMs: number },
): AlarmChange {
  const { name, state, reason, dueNow, later, leavers } = one;
  const who =
    lane === 'urgent' ? 'Somebody who was deactivated or deleted' : 'Somebody whose data changed';
  const mend =
    state === 'quarantined' && reason !== null
      ? `The destination is stopped: ${reason}`
      : 'See what stands in the way with rollcall status.';
  return {
    change: 'raise',
    lane,
    code: codes[lane],
    message: `${who} has waited ${durationOf(waitedMs)} for it to take effect at ${name}. ${mend}`,
    detail: { waitedMs, limitMs, dueNow, later, leavers },
  };
}

function ended(
  { name, dueNow, later, leavers }: Watched,
  lane: Lane,
  limitMs: number,
): AlarmChange {
  const who = lane === 'urgent' ? 'Nobody who leaves' : 'Nobody';
  return {
    change: 'end',
    lane,
    code: codes[lane],
    message: `${who} waits too long at ${name} any more.`,
    detail: { limitMs, dueNow, later, leavers },
  };
}

/** What watching needs of the world. */
export interface AlarmWorld {
  readonly pool: pg.Pool;
  readonly now: () => number;
}

/** Looks at every destination once, and raises and ends the alarms that are due. */
export async function watchWaiting({ pool, now }: AlarmWorld, after: AlarmAfter): Promise<void> {
  for (const one of await watched(pool)) {
    for (const { change, lane, ...notice } of alarmChanges(one, after, now())) {
      await changeAlarm(pool, one, lane, change, notice);
    }
  }
}
