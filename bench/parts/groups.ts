/** What the size of a group costs those who change one of its members, and those who read it. */
import { createCrowds } from '../groups/crowd.ts';
import { joinTurn } from '../groups/join.ts';
import { headTurn, memoryOfReading, readWhole } from '../groups/read.ts';
import { type Found, joinTable, memoryNote, readTable } from '../groups/tables.ts';
import { takeTurns } from '../load/by-request.ts';
import type { Part } from '../part.ts';
import { fillRoll, settle, somePeople } from '../process/fill.ts';
import { startPeer } from '../process/peer.ts';
import { openWorld } from '../process/world.ts';
import { ms, whole } from '../report/table.ts';

const small = 10;
const large = 100_000;
/** The peer handles the whole group for each member: one of 100,000 takes it 15 s. */
const peerLarge = 10_000;
const joinerCount = 1_000;
const wholeReads = 4;

/** Groups of 10 and of 100,000, beside the peer's. */
export const groups: Part = {
  name: 'groups',
  about:
    'one member added to a group of 10 and of 100,000, and reading them, beside scimmy-routers',
  long: false,
  async run({ seconds, rounds, say }) {
    await using world = await openWorld('unlimited');
    await using peer = await startPeer();
    say(`putting ${whole(large)} users on a roll`);
    await fillRoll(world, large + joinerCount + 1);
    const ids = (await somePeople(world, large + joinerCount)).map(({ id }) => id);
    const [joiners, members] = [ids.slice(0, joinerCount), ids.slice(joinerCount)];
    say(`creating groups of ${whole(small)} and of ${whole(large)}`);
    await using ours = await createCrowds(world.rollcall.target, { members, small, patched: 204 });
    const fewer = { members: members.slice(0, peerLarge), small, patched: 200 } as const;
    await using theirs = await createCrowds(peer.target, fewer);
    await settle(world.pool);

    say('one joins and leaves, over and over');
    const joinOf = (crowd: typeof ours.small) => joinTurn(crowd, joiners);
    const joined = await takeTurns(
      [ours.small, theirs.small, ours.large].map(joinOf),
      seconds * rounds,
    );
    const theirLarge = [await joinOf(theirs.large)()];
    say('reading them');
    const heads = await takeTurns([ours.small, ours.large].map(headTurn), seconds);
    const wholes = await readWhole(ours.large, wholeReads);
    const memory = await memoryOfReading(ours.large, world.rollcall.pid, wholeReads);
    const theirWholes = await readWhole(theirs.large, wholeReads);
    const found: Found = {
      sizes: { small, large, peerLarge },
      joined: [...joined, theirLarge],
      heads,
      wholes: [wholes, theirWholes],
    };
    return {
      notes: [
        `One request at a time, in turns, ${seconds * rounds} s; somebody else is added at each turn and removed by members[value eq "…"], and after each change it is looked whether it was made. Rollcall answers with 204, the peer with the group.`,
        `The peer's large group has ${whole(peerLarge)} members and was changed once: for one member of ${whole(large)} it takes some 15 s.`,
        `The POST of the group of ${whole(large)} took ${ms(ours.large.createdMs)}.`,
        memoryNote(memory, wholeReads),
      ],
      tables: [joinTable(found), readTable(found)],
      figures: { ...found, memory, createdMs: ours.large.createdMs },
      faults: [],
    };
  },
};
