import type { Part } from '../part.ts';
import { chaos } from './chaos.ts';
import { courses } from './courses.ts';
import { effect } from './effect.ts';
import { groups } from './groups.ts';
import { kill } from './kill.ts';
import { lists } from './lists.ts';
import { lookup } from './lookup.ts';
import { pages } from './pages.ts';
import { profile } from './profile.ts';
import { push } from './push.ts';
import { scim } from './scim.ts';
import { start } from './start.ts';
import { steady } from './steady.ts';
import { store } from './store.ts';
import { vitals } from './vitals.ts';

/** Everything the bench measures, in the order it is run. */
export const parts: readonly Part[] = [
  start,
  scim,
  lookup,
  groups,
  lists,
  effect,
  store,
  push,
  kill,
  chaos,
  courses,
  steady,
  pages,
  vitals,
  profile,
];
