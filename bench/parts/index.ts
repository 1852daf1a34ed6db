import type { Part } from '../part.ts';
import { bulk } from './bulk.ts';
import { effect } from './effect.ts';
import { groups } from './groups.ts';
import { kill } from './kill.ts';
import { lists } from './lists.ts';
import { lookup } from './lookup.ts';
import { profile } from './profile.ts';
import { scim } from './scim.ts';
import { start } from './start.ts';
import { steady } from './steady.ts';

/** Everything the bench measures, in the order it is run. */
export const parts: readonly Part[] = [
  start,
  scim,
  lookup,
  groups,
  lists,
  effect,
  bulk,
  kill,
  steady,
  profile,
];
