/** `npm run bench`: measures, prints, and fails when something was wrong, never when it was slow. */
import { writeFile } from 'node:fs/promises';
import { readOptions, type Told } from './options.ts';
import type { Part, Report } from './part.ts';
import { parts } from './parts/index.ts';
import { formatMachine, machineFacts } from './report/machine.ts';
import { formatTable } from './report/table.ts';

/** Enough to tell what it is; `--json` has it whole. */
const longestFault = 1_000;

const told = readOptions(process.argv.slice(2), parts);
if ('help' in told) {
  process.stdout.write(`${told.help}\n`);
  process.exit(told.fault ? 2 : 0);
}

const machine = await machineFacts();
process.stdout.write(`${formatMachine(machine)}\n`);
const reports: Record<string, Report> = {};
for (const part of told.parts) {
  const report = await runPart(part, told.options);
  reports[part.name] = report;
  process.stdout.write(`\n${formatReport(part, report)}\n`);
}
if (told.jsonFile !== null) {
  const figures = Object.fromEntries(
    Object.entries(reports).map(([name, report]) => [
      name,
      { ...report.figures, faults: report.faults },
    ]),
  );
  await writeFile(
    told.jsonFile,
    `${JSON.stringify({ machine, options: told.options, ...figures }, null, 2)}\n`,
  );
}
process.exitCode = Object.values(reports).some(({ faults }) => faults.length > 0) ? 1 : 0;

/** Runs one part; one that breaks is a fault of its own and keeps none of the others from running. */
async function runPart(part: Part, options: Told['options']): Promise<Report> {
  const say = (sentence: string): void =>
    void process.stderr.write(`  ${part.name}: ${sentence}\n`);
  try {
    return await part.run({ ...options, say });
  } catch (error) {
    const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { notes: [], tables: [], figures: {}, faults: [fault] };
  }
}

function formatReport({ name, about }: Part, { notes, tables, faults }: Report): string {
  const blocks = [
    `## ${name}: ${about}`,
    ...notes,
    ...tables.map((table) => `\n${formatTable(table)}`),
  ];
  const wrong = faults.map((fault) => `WRONG: ${fault.slice(0, longestFault)}`);
  return [...blocks, ...(wrong.length === 0 ? [] : ['', ...wrong])].join('\n');
}
