/**
 * Rules by which a stand-in fails on demand. They are kept in memory only, so that one that is started again
 * is always well.
 */
import { randomFrom } from './random.ts';

/** What every rule says of when it strikes. */
export interface Striking {
  /** How often it strikes; null for as long as it stands. */
  readonly times: number | null;
  readonly probability: number;
  /** The same seed strikes the same requests. */
  readonly seed: number;
}

/** A rule as it stands. */
export type Rule<Settings extends Striking> = Settings & {
  readonly id: number;
  /** How often it struck. */
  readonly struck: number;
};

interface LiveRule<Settings> {
  readonly id: number;
  readonly settings: Settings;
  readonly random: () => number;
  struck: number;
}

/** The rules there are. */
export class FaultRules<Settings extends Striking> {
  #rules: LiveRule<Settings>[] = [];
  #lastId = 0;

  add(settings: Settings): Rule<Settings> {
    this.#lastId += 1;
    const rule = { id: this.#lastId, settings, random: randomFrom(settings.seed), struck: 0 };
    this.#rules.push(rule);
    return view(rule);
  }

  list(): Rule<Settings>[] {
    return this.#rules.map(view);
  }

  clear(): void {
    this.#rules = [];
  }

  /** What strikes, if anything: the first rule that fits counts. */
  strikeWhere(fits: (settings: Settings) => boolean): Settings | undefined {
    for (const rule of this.#rules) {
      const { settings } = rule;
      const spent = settings.times !== null && rule.struck >= settings.times;
      if (spent || !fits(settings) || rule.random() >= settings.probability) continue;
      rule.struck += 1;
      return settings;
    }
    return undefined;
  }
}

function view<Settings extends Striking>({
  id,
  settings,
  struck,
}: LiveRule<Settings>): Rule<Settings> {
  return { id, ...settings, struck };
}
