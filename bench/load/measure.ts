/** Asks one thing over many connections for some seconds, checking every answer. */
import { percentile } from '../report/statistics.ts';
import { type Connection, connectTo, demand, wrongness } from './connection.ts';
import { getting, type Script, scriptOf } from './exchange.ts';
import type { Known, LoadJob, LoadResult, Target } from './job.ts';

const mostWrong = 5;

/** Runs a job. Every connection finishes its last request, so that nothing is cut in between. */
export async function measure(job: LoadJob): Promise<LoadResult> {
  const connections = Array.from({ length: job.connections }, () => connectTo(job.target));
  const toggled = job.operation === 'patch' ? job.people : [];
  const active = await readActive(job.target, toggled, connections);
  const latencies: number[] = [];
  const wrong: string[] = [];
  const from = monotonicMicroseconds();
  const endsAt = performance.now() + 1_000 * job.seconds;
  const ask = async (connection: Connection, script: Script): Promise<void> => {
    while (performance.now() < endsAt && wrong.length < mostWrong) {
      const exchange = script();
      const sentAt = performance.now();
      const answer = await connection.send(exchange);
      latencies.push(performance.now() - sentAt);
      const fault = wrongness(exchange, answer);
      if (fault !== null) wrong.push(fault);
    }
  };
  await Promise.all(
    connections.map((connection, index) => ask(connection, scriptOf(job, index, active))),
  );
  const to = monotonicMicroseconds();
  await Promise.all(connections.map((connection) => connection.close()));
  return {
    requests: latencies.length,
    perSecond: (1_000_000 * latencies.length) / (to - from),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    window: [from, to],
    wrong,
  };
}

/** Who is active now: a toggle that changes nothing would be measured as a read. */
async function readActive(
  target: Target,
  people: readonly Known[],
  connections: readonly Connection[],
): Promise<Map<string, boolean>> {
  const active = new Map<string, boolean>();
  const waiting = [...people];
  const read = async (connection: Connection): Promise<void> => {
    for (let person = waiting.pop(); person !== undefined; person = waiting.pop()) {
      const { text } = await demand(connection, getting(`${target.basePath}/Users`, person));
      active.set(person.id, text.includes('"active":true'));
    }
  };
  await Promise.all(connections.map(read));
  return active;
}

function monotonicMicroseconds(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
