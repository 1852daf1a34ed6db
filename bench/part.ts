import type { Table } from './report/table.ts';

/** How much a run measures. */
export interface BenchOptions {
  /** Length of one measurement of throughput. */
  readonly seconds: number;
  readonly rounds: number;
  /** Connections that each wait for an answer before they ask again. */
  readonly connections: number;
  readonly kills: number;
  readonly backlog: number;
  readonly seed: number;
  /** Says what is going on, while it goes on. */
  readonly say: (sentence: string) => void;
}

/** What a part found. */
export interface Report {
  /** What a reader must know to read the tables. */
  readonly notes: readonly string[];
  readonly tables: readonly Table[];
  /** The same figures for a program. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** What was wrong, never what was slow: any fault fails the run. */
  readonly faults: readonly string[];
}

/** One thing the bench measures, in a file of its own under `parts/`. */
export interface Part {
  readonly name: string;
  /** What it measures, for `--help`. */
  readonly about: string;
  /** Left out unless it is asked for by name. */
  readonly long: boolean;
  run(options: BenchOptions): Promise<Report>;
}
