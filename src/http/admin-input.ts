/** What the admin API takes, checked once at the edge; every fault names its field and its mend. */
import { z } from 'zod';
import { type Fault, Problem } from './problem.ts';

const onOrOff = z.boolean('must be true or false').optional();

/** The switches of a source that are to change. */
export const switchesInput = z
  .strictObject({
    provisioningEnabled: onOrOff,
    creationEnabled: onOrOff,
    reactivateOnCreate: onOrOff,
    invalidPhone: z.enum(['refuse', 'drop'], 'must be "refuse" or "drop"').optional(),
  })
  .refine((switches) => Object.values(switches).some((value) => value !== undefined), {
    error: 'must give at least one switch to change',
  });

const days = 'must be a whole number of days from 1 to 3650, or null for a token that stays';

/** A token to be made. */
export const tokenInput = z.strictObject({
  expiresInDays: z.int(days).min(1, days).max(3650, days).nullable().default(null),
});

const limit = 'must be a whole number from 1 to 200';

/** Which lines of activity. */
export const activityInput = z.strictObject({
  limit: z.coerce.number(limit).int(limit).min(1, limit).max(200, limit).default(50),
  source: z.string('must be given once').optional(),
});

/**
 * Reads what a client sent.
 * @throws `Problem` with all faults at once
 */
export function readInput<Output>(schema: z.ZodType<Output>, given: unknown): Output {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap(faultsOf);
  const sentences = faults.map(
    ({ field, detail }) => `${field === '' ? 'The body' : field} ${detail}.`,
  );
  throw new Problem('invalid-input', sentences.join(' '), faults);
}

function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((field) => ({ field, detail: 'is not known here: leave it out' }));
  }
  const field = issue.path.join('.');
  const detail =
    field === '' && issue.code === 'invalid_type' ? 'must be a JSON object' : issue.message;
  return [{ field, detail }];
}
