/** Two instances, a store that fails, staff who edit, kills; then rest, and judgement. */
import type { Part } from '../part.ts';
import { whole } from '../report/table.ts';

const size = { people: 300, changes: 6_000, kills: 20, restMs: 600_000 };

/** The chaos test, twenty times as large. */
export const chaos: Part = {
  name: 'chaos',
  about:
    'random changes, faults, kills and edits, and whether both sides agree after it (10 minutes)',
  long: true,
  async run({ seed, say }) {
    say(`${whole(size.changes)} changes of ${whole(size.people)} people, ${size.kills} kills`);
    // Only now: whatever uses a database of a test makes the process one of tests.
    const { runChaos } = await import('../../test/support/chaos/run.ts');
    const report = await runChaos({ seed, ...size });
    const faults = Object.entries(report.faults).map(([kind, times]) => `${times} ${kind}`);
    return {
      notes: [
        `Seed ${seed}. Two instances, an identity provider, staff who edit customers; faults that struck: ${faults.join(', ')}. Afterwards nobody is missing or there twice, and nothing was written that is not owned.`,
      ],
      tables: [
        {
          head: ['changes', 'unanswered', 'kills', 'customers', 'rest in s'],
          rows: [
            [
              ...[report.changes, report.unanswered, report.kills, report.customers].map(whole),
              (report.restMs / 1_000).toFixed(1),
            ],
          ],
        },
      ],
      figures: { ...report },
      faults: [],
    };
  },
};
