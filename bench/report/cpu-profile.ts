/** Reads a V8 CPU profile: where the time of one process went between two moments. */
import { z } from 'zod';

const frameSchema = z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() });
const profileSchema = z.object({
  startTime: z.number(),
  nodes: z.array(
    z.object({ id: z.number(), callFrame: frameSchema, children: z.array(z.number()).default([]) }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

/** A profile as V8 writes it; its clock is the monotonic one, in microseconds. */
export type CpuProfile = z.infer<typeof profileSchema>;
type Frame = z.infer<typeof frameSchema>;

/** Reads the text of a `.cpuprofile`. */
export function readProfile(text: string): CpuProfile {
  return profileSchema.parse(JSON.parse(text));
}

/** The parts of the program that time is given to, by where a function is defined; the first that fits. */
const groups: readonly (readonly [name: string, url: RegExp])[] = [
  ['scim', /\/src\/scim\//],
  ['directory', /\/src\/directory\//],
  ['store', /\/src\/store\//],
  ['our http', /\/src\/http\//],
  ['provisioning', /\/src\/(provisioning|connectors|shopify)\//],
  ['pg driver', /\/node_modules\/(pg|pg-[a-z-]+|postgres-[a-z]+|pgpass)\//],
  ['queue', /\/node_modules\/pg-boss\//],
  [
    'fastify',
    /\/node_modules\/(@fastify|fastify|find-my-way|avvio|secure-json-parse|fast-[a-z-]+|light-my-request|toad-cache|pino|uuid)\//,
  ],
  ['other packages', /\/node_modules\//],
  ['node: http', /^node:(_http|internal\/http|http|url|internal\/url|querystring)/],
  [
    'node: sockets and streams',
    /^node:(net|stream|internal\/streams?|internal\/stream_base|buffer|internal\/buffer|string_decoder)/,
  ],
  ['node: other', /^node:/],
  ['our own, other', /\/src\//],
];

/** Time of its own, in shares of all the time the process was at work. */
export interface Breakdown {
  /** Share of the moments the process was at work and not waiting. */
  readonly busy: number;
  readonly groups: readonly (readonly [name: string, share: number])[];
  readonly functions: readonly (readonly [name: string, share: number])[];
}

/**
 * Adds up the samples of a window. What V8 runs without a place in a file (JSON, regular expressions)
 * counts for whoever called it; garbage collection and the engine itself stand apart.
 */
export function breakdown(profile: CpuProfile, [from, to]: readonly [number, number]): Breakdown {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap((node) => node.children.map((child) => [child, node.id])),
  );
  const byFunction = new Map<string, number>();
  const byGroup = new Map<string, number>();
  let [idle, all, at] = [0, 0, profile.startTime];
  profile.samples.forEach((id, index) => {
    // The time until the next sample is the time of this one.
    at += profile.timeDeltas[index] ?? 0;
    const length = profile.timeDeltas[index + 1] ?? 0;
    const node = nodes.get(id);
    if (node === undefined || at < from || at > to) return;
    all += length;
    if (node.callFrame.functionName === '(idle)') {
      idle += length;
      return;
    }
    const placed = placeOf(id, nodes, parents);
    add(byGroup, groupOf(placed), length);
    add(byFunction, nameOf(node.callFrame, placed), length);
  });
  const busy = all - idle;
  const shares = (map: ReadonlyMap<string, number>) =>
    [...map]
      .map(([name, length]) => [name, length / busy] as const)
      .toSorted((a, b) => b[1] - a[1]);
  return { busy: busy / all, groups: shares(byGroup), functions: shares(byFunction) };
}

function placeOf(
  id: number,
  nodes: ReadonlyMap<number, { readonly callFrame: Frame }>,
  parents: ReadonlyMap<number, number>,
): Frame {
  const own = nodes.get(id)?.callFrame ?? { functionName: '(unknown)', url: '', lineNumber: 0 };
  if (own.functionName.startsWith('(') && own.functionName !== '(anonymous)') return own;
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const frame = nodes.get(at)?.callFrame;
    if (frame !== undefined && frame.url !== '') return frame;
  }
  return own;
}

function groupOf({ functionName, url }: Frame): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  return groups.find(([, pattern]) => pattern.test(url))?.[0] ?? 'other';
}

function nameOf({ functionName, url, lineNumber }: Frame, placed: Frame): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url !== '') return `${name} ${shortened(url)}:${lineNumber + 1}`;
  return placed.url === '' ? name : `${name} in ${placed.functionName} ${shortened(placed.url)}`;
}

function shortened(url: string): string {
  return url.replace(/^.*\/node_modules\//, '').replace(/^.*\/(src\/)/, '$1');
}

function add(map: Map<string, number>, name: string, length: number): void {
  map.set(name, (map.get(name) ?? 0) + length);
}
