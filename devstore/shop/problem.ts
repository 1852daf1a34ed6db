/**
 * What is wrong with an input, before a mutation puts it into its own form of `userErrors`
 * (`customerSet` prefixes the field with `input` and has a code; `customerCreate` has neither).
 */
export interface Problem {
  /** The path inside the input; empty when no single field is to blame. */
  readonly field: readonly string[];
  readonly message: string;
  readonly code: string | null;
}

/** One problem or none, as a list to be spread where problems are gathered. */
export function problemIf(wrong: boolean, ...[field, message, code]: ProblemParts): Problem[] {
  return wrong ? [{ field: [field], message, code }] : [];
}

type ProblemParts = [field: string, message: string, code: string | null];

/** The problem with its field put below `path`. */
export function under(path: readonly string[], problem: Problem): Problem {
  return { ...problem, field: [...path, ...problem.field] };
}
