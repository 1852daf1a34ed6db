import type { Transform } from './connector.ts';

/** The named transforms of a mapping: from a value to the destination's form, `null` where there is none. */
export const transforms: Readonly<Record<Transform, (value: string) => string | null>> = {
  lower: (value) => value.toLowerCase(),
  upper: (value) => value.toUpperCase(),
  country: remembered(countryCode),
  region: regionCode,
  language: remembered(languageTag),
  firstLine: (value) => lines(value)[0] ?? null,
  otherLines: (value) => lines(value).slice(1).join(', ') || null,
};

const mostRemembered = 1_000;

/** Remembers answers: a directory has few countries and languages, and asking ICU takes its time. */
function remembered(transform: (value: string) => string | null): (value: string) => string | null {
  const answers = new Map<string, string | null>();
  return (value) => {
    const known = answers.get(value);
    if (known !== undefined) return known;
    const answer = transform(value);
    if (answers.size < mostRemembered) answers.set(value, answer);
    return answer;
  };
}

/** The lines of a street address (RFC 7643 §4.1.2: it may hold newlines). */
const lines = (value: string): readonly string[] =>
  value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const countryNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
let codesByName: ReadonlyMap<string, string> | null = null;

/** ISO 3166-1 alpha-2, as RFC 7643 §4.1.2 asks for; the English name, which some providers send, too. */
function countryCode(value: string): string | null {
  const code = value.toUpperCase();
  if (/^[A-Z]{2}$/.test(code))
    return countryNames.of(code) === undefined ? null : currentCode(code);
  codesByName ??= englishNames();
  return codesByName.get(value.toLowerCase()) ?? null;
}

/** Codes that were replaced, as `DD` and `UK`, share their name with the one in force. */
const currentCode = (code: string): string => new Intl.Locale(`und-${code}`).region ?? code;

function englishNames(): ReadonlyMap<string, string> {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const names = new Map<string, string>();
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    const name = countryNames.of(code);
    if (name !== undefined) names.set(name.toLowerCase(), currentCode(code));
  }
  return names;
}

/** A region's code; a name written out is not one and is left out. */
function regionCode(value: string): string | null {
  return /^[A-Za-z]{1,3}$/.test(value) ? value.toUpperCase() : null;
}

/** Languages whose region a store tells apart; of all others the language alone counts. */
const regional: ReadonlySet<string> = new Set(['pt-BR', 'pt-PT', 'zh-CN', 'zh-TW']);

/** A BCP 47 tag like `en-US` as a store's locale: `en`. */
function languageTag(value: string): string | null {
  try {
    const { language, region } = new Intl.Locale(value.replaceAll('_', '-')).maximize();
    const tag = `${language}-${region}`;
    return regional.has(tag) ? tag : language;
  } catch {
    return null;
  }
}
