/** What the part groups found, as tables. */
import type { Times } from '../load/by-request.ts';
import { median, percentile } from '../report/statistics.ts';
import { ms, type Table, times, whole } from '../report/table.ts';
import type { JoinStep } from './join.ts';
import type { Memory, WholeRead } from './read.ts';

/** Everything that was measured. */
export interface Found {
  readonly sizes: { readonly small: number; readonly large: number; readonly peerLarge: number };
  /** Ours of 10, theirs of 10, ours of 100,000, their large one. */
  readonly joined: readonly (readonly Times<JoinStep>[])[];
  /** Without members: ours of 10, ours of 100,000. */
  readonly heads: readonly (readonly Times<'read'>[])[];
  /** Whole: ours of 100,000, their large one. */
  readonly wholes: readonly (readonly WholeRead[])[];
}

const mebibyte = 2 ** 20;

/** Says how the memory of the server behaved. */
export function memoryNote({ before, highest, after }: Memory, reads: number): string {
  const [first, most, last] = [before, highest, after].map((bytes) => whole(bytes / mebibyte));
  return `Resident while the large group was read whole ${reads} times more: ${first} MiB before, at most ${most} MiB meanwhile, ${last} MiB after.`;
}

/** One member, and what it costs in the large group beside the small one of the same server. */
export function joinTable({ sizes, joined }: Found): Table {
  const [small = [], peerSmall = [], large = [], peerLarge = []] = joined;
  const row = (name: string, turns: typeof small, beside: typeof small) => [
    name,
    ...stepCells('join', turns, beside),
    ...stepCells('leave', turns, beside),
  ];
  return {
    head: ['a member of', 'added p50', 'p99', 'cost', 'removed p50', 'p99', 'cost', 'goal'],
    rows: [
      row(whole(sizes.small), small, small),
      [...row(whole(sizes.large), large, small), '≤ 1.5×'],
      row(`${whole(sizes.small)}, peer`, peerSmall, peerSmall),
      row(`${whole(sizes.peerLarge)}, peer, once`, peerLarge, peerSmall),
    ],
  };
}

function stepCells(
  step: JoinStep,
  turns: readonly Times<JoinStep>[],
  beside: readonly Times<JoinStep>[],
): readonly string[] {
  const list = turns.map((turn) => turn[step]);
  const other = beside.map((turn) => turn[step]);
  return [...middleAndTail(list), times(median(list) / median(other))];
}

/** Reading a group: without its members it costs what a small one costs. */
export function readTable({ sizes, heads, wholes }: Found): Table {
  const [small = [], large = []] = heads.map((turns) => turns.map(({ read }) => read));
  const [ours = [], theirs = []] = wholes;
  const wholeRow = (name: string, reads: readonly WholeRead[]) => [
    name,
    ...middleAndTail(reads.map((read) => read.ms)),
    `${(median(reads.map(({ bytes }) => bytes)) / mebibyte).toFixed(1)} MiB`,
  ];
  return {
    head: ['GET of', 'p50', 'p99', 'answer'],
    rows: [
      [`${whole(sizes.small)}, without members`, ...middleAndTail(small)],
      [`${whole(sizes.large)}, without members`, ...middleAndTail(large)],
      wholeRow(`${whole(sizes.large)}, whole`, ours),
      wholeRow(`${whole(sizes.peerLarge)}, whole, peer`, theirs),
    ],
  };
}

function middleAndTail(list: readonly number[]): readonly string[] {
  return [ms(median(list)), ms(percentile(list, 0.99))];
}
