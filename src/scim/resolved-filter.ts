/**
 * A filter with its names looked up in the schemas and its values made comparable. Both evaluators,
 * the one in memory and the one in SQL, start from this form, so that they agree on what is an
 * error, what is unknown and what is case exact.
 */
import { instant } from './date-time.ts';
import { invalidFilter } from './error.ts';
import { written } from './etag.ts';
import type { CompareOperator, CompareValue, Filter } from './filter.ts';
import { type AttributePath, printAttributePath } from './path.ts';
import { booleanFromText } from './quirks.ts';
import type { ResourceType } from './resource-types.ts';
import type { Attribute } from './schema.ts';
import {
  comparable,
  elementScope,
  exampleWithin,
  resourceScope,
  type Scope,
  type Target,
} from './value-target.ts';

export type ResolvedFilter =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly ResolvedFilter[] }
  | { readonly kind: 'not'; readonly filter: ResolvedFilter }
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'present'; readonly target: Target }
  | {
      readonly kind: 'compare';
      readonly target: Target;
      readonly operator: CompareOperator;
      /** Lower case where the attribute is not case exact; a dateTime in milliseconds. */
      readonly value: string | number | boolean;
    }
  /** Some element of the target satisfies the filter. */
  | { readonly kind: 'any'; readonly target: Target; readonly filter: ResolvedFilter };

/** Told of each path that the schemas do not define. */
type Undefined = (path: AttributePath) => void;

/**
 * Resolves a filter for a resource type. An undefined attribute has no value (RFC 7644 §3.4.2.1);
 * a comparison that its type does not have is `invalidFilter` (§3.4.2.2).
 */
export function resolveFilter(
  filter: Filter,
  type: ResourceType,
  onUndefined: Undefined = () => {},
): ResolvedFilter {
  return resolve(filter, resourceScope(type), onUndefined);
}

/** Throws `invalidFilter` where the filter names an attribute that the resource type does not have. */
export function checkFilter(filter: Filter, type: ResourceType): void {
  checkNames(filter, [type]);
}

/**
 * Throws `invalidFilter` where a filter over several resource types names what none of them has, as
 * the interoperability profile asks.
 */
export function checkNames(filter: Filter, types: readonly ResourceType[]): void {
  const undefinedIn = types.map((type) => undefinedNames(filter, type));
  const name = undefinedIn[0]?.find((candidate) =>
    undefinedIn.every((names) => names.includes(candidate)),
  );
  if (name === undefined) return;
  const kinds = types.map((type) => type.name).join(' or ');
  throw invalidFilter(`A ${kinds} has no attribute ${name}; /Schemas lists those it has.`);
}

function undefinedNames(filter: Filter, type: ResourceType): readonly string[] {
  const names: string[] = [];
  resolveFilter(filter, type, (path) => names.push(printAttributePath(path)));
  return names;
}

/** Resolves the filter in the brackets of a value path against the elements of its attribute. */
export function resolveElementFilter(
  filter: Filter,
  attribute: Attribute,
  onUndefined: Undefined = () => {},
): ResolvedFilter {
  return resolve(filter, elementScope(attribute), onUndefined);
}

/** Throws `invalidFilter` where the filter of a value path names what its attribute does not have. */
export function checkElementFilter(filter: Filter, attribute: Attribute): void {
  resolveElementFilter(filter, attribute, (path) => {
    throw invalidFilter(
      `${attribute.name} has no sub-attribute ${printAttributePath(path)}; /Schemas lists those it has.`,
    );
  });
}

function resolve(filter: Filter, scope: Scope, onUndefined: Undefined): ResolvedFilter {
  const inner = (term: Filter) => resolve(term, scope, onUndefined);
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, terms: filter.terms.map(inner) };
    case 'not':
      return { kind: 'not', filter: inner(filter.filter) };
    default:
      return resolveTerm(filter, scope, onUndefined);
  }
}

type Term = Extract<Filter, { readonly path: AttributePath }>;

function resolveTerm(term: Term, scope: Scope, onUndefined: Undefined): ResolvedFilter {
  const target = scope(term.path);
  if (target === undefined) {
    onUndefined(term.path);
    return { kind: 'constant', value: holdsForNoValue(term) };
  }
  switch (term.kind) {
    case 'present':
      return { kind: 'present', target };
    case 'compare':
      return comparison(target, term.operator, term.value);
    case 'valuePath': {
      const filter = resolve(term.filter, elementScope(target.attribute), onUndefined);
      return { kind: 'any', target, filter };
    }
  }
}

/** `ne` holds for a resource without the attribute, and so does `eq null` (RFC 7643 §2.5). */
function holdsForNoValue(term: Term): boolean {
  if (term.kind !== 'compare') return false;
  return term.value === null ? term.operator === 'eq' : term.operator === 'ne';
}

function comparison(
  target: Target,
  operator: CompareOperator,
  value: CompareValue,
): ResolvedFilter {
  // Null is the absence of a value (RFC 7643 §2.5).
  if (value === null) {
    const present = { kind: 'present', target } as const;
    if (operator === 'ne') return present;
    if (operator === 'eq') return { kind: 'not', filter: present };
    throw invalidFilter(`${target.name} cannot be compared with null by ${operator}; use pr.`);
  }
  const compared = comparable(target) ?? refuseComplex(target);
  const { attribute, name } = compared;
  if (UNSUPPORTED[attribute.type]?.includes(operator)) {
    throw invalidFilter(
      `${name} is of the type ${attribute.type}, which has no operator ${operator}; use eq, ne or pr.`,
    );
  }
  return { kind: 'compare', target: compared, operator, value: comparand(compared, value) };
}

function refuseComplex(target: Target): never {
  throw invalidFilter(
    `${target.name} is complex; name a sub-attribute, for example ${exampleWithin(target)}.`,
  );
}

const ORDER: readonly CompareOperator[] = ['gt', 'ge', 'lt', 'le'];
const TEXT: readonly CompareOperator[] = ['co', 'sw', 'ew'];

/** RFC 7644 §3.4.2.2, Table 3: order on Boolean and Binary SHALL fail; text operators need text. */
const UNSUPPORTED: Partial<Record<Attribute['type'], readonly CompareOperator[]>> = {
  boolean: [...ORDER, ...TEXT],
  binary: ORDER,
  dateTime: TEXT,
  integer: TEXT,
  decimal: TEXT,
};

function comparand(target: Target, value: string | number | boolean): string | number | boolean {
  const { attribute, name } = target;
  const asked = name === 'meta.version' && typeof value === 'string' ? written(value) : value;
  const converted = convert(attribute, asked);
  if (converted === undefined) {
    throw invalidFilter(
      `${name} is of the type ${attribute.type} and cannot be compared with ${JSON.stringify(value)}; ${ADVICE[attribute.type]}.`,
    );
  }
  return converted;
}

const ADVICE: Record<Attribute['type'], string> = {
  boolean: 'use true or false without quotes',
  integer: 'use a number without quotes',
  decimal: 'use a number without quotes',
  dateTime: 'use a time like "2026-01-31T12:00:00Z"',
  string: 'put the value in double quotes',
  reference: 'put the value in double quotes',
  binary: 'put the value in double quotes',
  complex: 'name a sub-attribute',
};

function convert(
  attribute: Attribute,
  value: string | number | boolean,
): string | number | boolean | undefined {
  switch (attribute.type) {
    case 'boolean': {
      const tolerated = booleanFromText(value);
      return typeof tolerated === 'boolean' ? tolerated : undefined;
    }
    case 'integer':
    case 'decimal':
      return typeof value === 'number' ? value : undefined;
    case 'dateTime':
      return typeof value === 'string' ? instant(value) : undefined;
    default:
      return typeof value === 'string' ? fold(attribute, value) : undefined;
  }
}

/** The form in which strings of an attribute are compared (RFC 7643 §7, caseExact). */
export function fold(attribute: Attribute, value: string): string {
  return attribute.caseExact ? value : value.toLowerCase();
}
