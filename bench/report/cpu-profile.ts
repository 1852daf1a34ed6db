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

/** Told apart further by on whose behalf a socket is written to: most of it is the kernel's work. */
const sockets = 'node: sockets and streams';

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
    sockets,
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
    const chain = callers(id, nodes, parents);
    add(byGroup, groupOf(chain), length);
    add(byFunction, nameOf(chain), length);
  });
  const busy = all - idle;
  const shares = (map: ReadonlyMap<string, number>) =>
    [...map]
      .map(([name, length]) => [name, length / busy] as const)
      .toSorted((a, b) => b[1] - a[1]);
  return { busy: busy / all, groups: shares(byGroup), functions: shares(byFunction) };
}

/** The frame of a sample, then who called it, and so on. */
function callers(
  id: number,
  nodes: ReadonlyMap<number, { readonly callFrame: Frame }>,
  parents: ReadonlyMap<number, number>,
): readonly Frame[] {
  const chain: Frame[] = [];
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const frame = nodes.get(at)?.callFrame;
    if (frame !== undefined) chain.push(frame);
  }
  return chain;
}

/** The engine's own: `(program)`, `(garbage collector)`. */
const isEngine = (frame: Frame | undefined): boolean =>
  frame?.url === '' && /^\((?!anonymous)/.test(frame.functionName);

function groupOf(chain: readonly Frame[]): string {
  const [own] = chain;
  if (isEngine(own)) return own?.functionName ?? '';
  const placed = chain.find(({ url }) => url !== '');
  const group = groupNamed(placed?.url ?? '');
  if (group !== sockets) return group;
  const behalf = chain.find(({ url }) => url !== '' && !url.startsWith('node:'));
  return behalf === undefined ? group : `${group}, for ${groupNamed(behalf.url)}`;
}

function groupNamed(url: string): string {
  return groups.find(([, pattern]) => pattern.test(url))?.[0] ?? 'other';
}

function nameOf(chain: readonly Frame[]): string {
  const [own] = chain;
  const name = own?.functionName || '(anonymous)';
  const placed = chain.find(({ url }) => url !== '');
  if (placed === undefined || isEngine(own)) return name;
  const place = `${shortened(placed.url)}:${placed.lineNumber + 1}`;
  return placed === own ? `${name} ${place}` : `${name} in ${placed.functionName} ${place}`;
}

function shortened(url: string): string {
  return url.replace(/^.*\/node_modules\//, '').replace(/^.*\/(src\/)/, '$1');
}

function add(map: Map<string, number>, name: string, length: number): void {
  map.set(name, (map.get(name) ?? 0) + length);
}
