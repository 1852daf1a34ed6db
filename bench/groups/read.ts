/** A group read whole and without its members, and what reading it whole takes of the memory. */
import { z } from 'zod';
import type { Turn } from '../load/by-request.ts';
import { demand } from '../load/connection.ts';
import { readingGroup } from '../load/group-exchange.ts';
import { residentBytes } from '../process/child.ts';
import type { Crowd } from './crowd.ts';

/** The group without its members. */
export function headTurn({ connection, group }: Crowd): Turn<'read'> {
  return async () => {
    const { ms, text } = await demand(connection, readingGroup(group, 'without'));
    if (text.includes('"members"')) throw new Error(`${group.displayName} has members it must not`);
    return { read: ms };
  };
}

/** A group that was read with all its members. */
export interface WholeRead {
  readonly ms: number;
  readonly bytes: number;
}

const wholeSchema = z.object({ members: z.array(z.object({ value: z.string() })) });

/** Reads a group whole some times. Throws where a member is missing or comes twice. */
export async function readWhole(crowd: Crowd, reads: number): Promise<readonly WholeRead[]> {
  const all: WholeRead[] = [];
  for (let read = 0; read < reads; read += 1) all.push(await readOnce(crowd));
  return all;
}

async function readOnce({ connection, group, size }: Crowd): Promise<WholeRead> {
  const { ms, text } = await demand(connection, readingGroup(group, 'with'));
  const { members } = wholeSchema.parse(JSON.parse(text));
  const different = new Set(members.map(({ value }) => value)).size;
  if (members.length !== size || different !== size)
    throw new Error(`${group.displayName} has ${different} of ${size} members`);
  return { ms, bytes: Buffer.byteLength(text) };
}

/** Resident memory of a server before, during and after some work. */
export interface Memory {
  readonly before: number;
  readonly highest: number;
  readonly after: number;
}

/** Often enough to see a group that is held whole; each look takes the bench some milliseconds. */
const lookMs = 50;

/** Reads a group whole some times more, looking at the memory of its server. */
export async function memoryOfReading(crowd: Crowd, pid: number, reads: number): Promise<Memory> {
  const before = residentBytes(pid);
  let highest = before;
  const look = () => {
    highest = Math.max(highest, residentBytes(pid));
  };
  const looking = setInterval(look, lookMs);
  try {
    await readWhole(crowd, reads);
  } finally {
    clearInterval(looking);
  }
  look();
  return { before, highest, after: residentBytes(pid) };
}
