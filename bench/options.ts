/** What `npm run bench -- …` was told. */
import { parseArgs } from 'node:util';
import type { BenchOptions, Part } from './part.ts';

/** What to run, how much of it, and where the figures go. */
export interface Told {
  readonly parts: readonly Part[];
  readonly options: Omit<BenchOptions, 'say'>;
  readonly jsonFile: string | null;
}

const numbers = {
  seconds: { default: 3, about: 'length of one measurement of throughput' },
  rounds: { default: 3, about: 'measurements, of which the median counts' },
  connections: { default: 16, about: 'connections of the load generator' },
  kills: { default: 50, about: 'kills of the part kill' },
  backlog: { default: 100_000, about: 'people queued in the parts effect, store and push' },
  seed: { default: 1, about: 'of everything that is left to chance' },
} as const;

type Name = keyof typeof numbers;

/** Reads the arguments; a sentence where they make no sense, or the help that was asked for. */
export function readOptions(
  args: readonly string[],
  parts: readonly Part[],
): Told | { readonly help: string; readonly fault: boolean } {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: {
      help: flag,
      profile: flag,
      json: text,
      ...Object.fromEntries(Object.keys(numbers).map((name) => [name, text])),
    },
  });
  const unknown = [
    ...positionals.filter((name) => !parts.some((part) => part.name === name)),
    ...Object.keys(values).filter((name) => !isKnown(name)),
  ];
  if (values.help === true) return { help: helpText(parts), fault: false };
  if (unknown.length > 0)
    return { help: `There is no ${unknown.join(', ')}.\n\n${helpText(parts)}`, fault: true };
  const number = (name: Name): number =>
    values[name] === undefined ? numbers[name].default : Number(values[name]);
  const odd = Object.keys(numbers)
    .filter(isName)
    .filter((name) => !(number(name) > 0));
  if (odd.length > 0)
    return {
      help: `--${odd.join(', --')} must be a number above 0.\n\n${helpText(parts)}`,
      fault: true,
    };
  return {
    parts: parts.filter((part) => isWanted(part, positionals, values.profile === true)),
    options: {
      seconds: number('seconds'),
      rounds: number('rounds'),
      connections: number('connections'),
      kills: number('kills'),
      backlog: number('backlog'),
      seed: number('seed'),
    },
    jsonFile: typeof values.json === 'string' ? values.json : null,
  };
}

const isName = (name: string): name is Name => Object.hasOwn(numbers, name);

const isKnown = (name: string): boolean =>
  isName(name) || ['help', 'json', 'profile'].includes(name);

function isWanted({ name, long }: Part, named: readonly string[], profile: boolean): boolean {
  if (name === 'profile' && profile) return true;
  if (named.length > 0) return named.includes(name);
  return !long && !profile;
}

function helpText(parts: readonly Part[]): string {
  const line = (name: string, about: string) => `  ${name.padEnd(16)}${about}`;
  return [
    'npm run bench -- [part …] [--option value …]',
    '',
    'Parts (without any: all but those marked *):',
    ...parts.map(({ name, about, long }) => line(`${name}${long ? ' *' : ''}`, about)),
    '',
    'Options:',
    ...Object.entries(numbers).map(([name, { about, default: usual }]) =>
      line(`--${name} N`, `${about} (${usual})`),
    ),
    line('--profile', 'adds the part profile'),
    line('--json FILE', 'writes the figures there'),
  ].join('\n');
}
