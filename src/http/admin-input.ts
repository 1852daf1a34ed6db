/** What the admin API takes, checked once at the edge; every fault names its field and its mend. */
import { z } from 'zod';
import { storable } from '../scim/json.ts';
import { type Fault, Problem } from './problem.ts';

const onOrOff = z.boolean('must be true or false').optional();
const unknownAttributes = ['ignore', 'refuse', 'keep'] as const;

const named = 'must be a name of 1 to 100 characters';

/** What something is called. */
export const aName = z.string(named).trim().min(1, named).max(100, named);

const aDomain = 'must be domains like example.com, or null for every domain';
const domains = z
  .array(
    z
      .string(aDomain)
      .trim()
      .toLowerCase()
      .max(253, aDomain)
      .regex(/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u, aDomain),
    aDomain,
  )
  .min(1, aDomain)
  .max(100, 'must be at most 100 domains')
  .transform((list) => [...new Set(list)])
  .nullable();

/** A SCIM connection to be added. */
export const newSourceInput = z.strictObject({ name: aName, domains: domains.default(null) });

/** What becomes of the people of a connection that is removed. */
export const sourceRemovalInput = z.strictObject({
  people: z.literal('keep', 'must be "keep", or left out').optional(),
});

/** The switches and settings of a source that are to change. */
export const sourceInput = z
  .strictObject({
    name: aName.optional(),
    domains: domains.optional(),
    provisioningEnabled: onOrOff,
    creationEnabled: onOrOff,
    reactivateOnCreate: onOrOff,
    strictInterop: onOrOff,
    invalidPhone: z.enum(['refuse', 'drop'], 'must be "refuse" or "drop"').optional(),
    unknownAttributes: z.enum(unknownAttributes, 'must be "ignore", "refuse" or "keep"').optional(),
  })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), {
    error: 'must give at least one setting to change',
  });

const days = 'must be a whole number of days from 1 to 3650, or null for one that stays';
const expiresInDays = z.int(days).min(1, days).max(3650, days).nullable().default(null);
const userName = 'must be the userName of the user it stands for';

/** A token to be made; with a userName it stands for this user alone. */
export const tokenInput = z.strictObject({
  expiresInDays,
  userName: z.string(userName).min(1, userName).max(512, userName).nullable().default(null),
});

/** A client secret to be made. */
export const secretInput = z
  .strictObject({ expiresInDays })
  .transform((secret) => ({ ...secret, userName: null }));

const limit = 'must be a whole number from 1 to 200';

const perPage = 'must be a whole number from 1 to 100';

/** The fields of every list that is read by pages. */
export const pageInput = {
  limit: z.coerce.number(perPage).int(perPage).min(1, perPage).max(100, perPage).default(50),
  cursor: z.uuid('must be the next of the page before').optional(),
};

/** Which page of a catalogue. */
export const catalogueInput = z.strictObject({
  after: z.string('must be given once, as the next of the page before').optional(),
});

/** Which people that the guard holds. */
export const guardPageInput = z.strictObject({
  state: z.enum(['held', 'discarded'], 'must be "held" or "discarded"').default('held'),
  limit: z.coerce.number(limit).int(limit).min(1, limit).max(200, limit).default(50),
  after: z.uuid('must be the next of the page before').optional(),
});

const links = 'must be ids of 1 to 10000 links, as the guard lists them';

/** About whom the guard is told: these, or all. */
export const guardDecisionInput = z
  .strictObject({
    all: z.literal(true, 'must be true, or left out').optional(),
    links: z.array(z.uuid(links), links).min(1, links).max(10_000, links).optional(),
  })
  .refine(({ all, links }) => (all === undefined) !== (links === undefined), {
    error: 'must give either links or "all": true',
  });

/** No input is nested deeper. */
const deepest = 100;

/** The same with texts that can be stored, names too. */
function stored(given: unknown, depth = 0): unknown {
  if (typeof given === 'string') return storable(given);
  if (typeof given !== 'object' || given === null) return given;
  if (depth === deepest) {
    const detail = `is nested deeper than ${deepest}: make it flatter`;
    throw new Problem('invalid-input', `The body ${detail}.`, [{ field: '', detail }]);
  }
  if (Array.isArray(given)) return given.map((one) => stored(one, depth + 1));
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [storable(name), stored(value, depth + 1)]),
  );
}

/**
 * Reads what a client sent, its texts as they can be stored.
 * @throws `Problem` with all faults at once
 */
export function readInput<Output>(schema: z.ZodType<Output>, given: unknown): Output {
  const parsed = schema.safeParse(stored(given));
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
