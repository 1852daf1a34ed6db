/**
 * Evaluates filters in memory, on one resource. `store/filter-sql.ts` gives the same answers in the
 * database; a property test holds the two together.
 */
import type { Json, JsonObject } from '../model.ts';
import { instant } from './date-time.ts';
import type { Filter } from './filter.ts';
import { isArray, isObject } from './json.ts';
import { fold, type ResolvedFilter, resolveFilter } from './resolved-filter.ts';
import type { ResourceType } from './resource-types.ts';
import type { Step, Target } from './value-target.ts';

/** Whether a resource matches a filter. With many resources, use {@link matcher}. */
export function matches(filter: Filter, resource: JsonObject, type: ResourceType): boolean {
  return holds(resolveFilter(filter, type), resource);
}

/** A predicate for many resources of one type: the filter is resolved once. */
export function matcher(filter: Filter, type: ResourceType): (resource: JsonObject) => boolean {
  const resolved = resolveFilter(filter, type);
  return (resource) => holds(resolved, resource);
}

/** Whether a resolved filter holds for a resource or, inside of a valuePath, for one element. */
export function holds(filter: ResolvedFilter, base: Json): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => holds(term, base));
    case 'or':
      return filter.terms.some((term) => holds(term, base));
    case 'not':
      return !holds(filter.filter, base);
    case 'constant':
      return filter.value;
    case 'present':
      return someValue(base, filter.target.steps, isPresent);
    case 'any':
      return someValue(base, filter.target.steps, (element) => holds(filter.filter, element));
    case 'compare':
      return compares(filter, base);
  }
}

/** Whether some value that the steps lead to passes the test: one of many suffices (§3.4.2.2). */
function someValue(
  base: Json | undefined,
  steps: readonly Step[],
  test: (value: Json) => boolean,
  at = 0,
): boolean {
  const step = steps[at];
  if (base === undefined || base === null) return false;
  if (step === undefined) return test(base);
  if (!isObject(base)) return false;
  const value = base[step.key];
  if (!step.many) return someValue(value, steps, test, at + 1);
  return isArray(value) && value.some((element) => someValue(element, steps, test, at + 1));
}

/** `pr`: "a non-empty or non-null value, or … a non-empty node for complex attributes" (Table 3). */
function isPresent(value: Json): boolean {
  if (value === null || value === '') return false;
  if (isArray(value)) return value.length > 0;
  return !isObject(value) || Object.keys(value).length > 0;
}

type Comparison = Extract<ResolvedFilter, { readonly kind: 'compare' }>;

function compares({ target, operator, value }: Comparison, base: Json): boolean {
  if (operator !== 'ne') {
    return someValue(base, target.steps, (found) => {
      const comparable = comparableValue(target, found);
      return comparable !== undefined && OPERATORS[operator](comparable, value);
    });
  }
  // A resource without any value differs from every value.
  const different = (found: Json) => comparableValue(target, found) !== value;
  return someValue(base, target.steps, different) || !someValue(base, target.steps, () => true);
}

type Comparable = string | number | boolean;

/** A stored value in the form of the resolved filter's; undefined where it is not of the type. */
function comparableValue({ attribute }: Target, value: Json): Comparable | undefined {
  switch (attribute.type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'integer':
    case 'decimal':
      return typeof value === 'number' ? value : undefined;
    case 'dateTime':
      return typeof value === 'string' ? instant(value) : undefined;
    default:
      return typeof value === 'string' ? fold(attribute, value) : undefined;
  }
}

const OPERATORS = {
  eq: (found, value) => found === value,
  co: (found, value) => String(found).includes(String(value)),
  sw: (found, value) => String(found).startsWith(String(value)),
  ew: (found, value) => String(found).endsWith(String(value)),
  gt: (found, value) => order(found, value) > 0,
  ge: (found, value) => order(found, value) >= 0,
  lt: (found, value) => order(found, value) < 0,
  le: (found, value) => order(found, value) <= 0,
} satisfies Record<
  Exclude<Comparison['operator'], 'ne'>,
  (found: Comparable, value: Comparable) => boolean
>;

/** Strings by code point, as UTF-8 and the database order them; UTF-16 units would differ. */
function order(left: Comparable, right: Comparable): number {
  if (typeof left === 'string' && typeof right === 'string') {
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  return Number(left) - Number(right);
}
