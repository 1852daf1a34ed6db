/**
 * The filters of scim2-parse-filter, which knows no schemas, beside ours: on the same inputs every
 * difference is one that a clause explains.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as peer from 'scim2-parse-filter';
import type { JsonObject } from '../../src/model.ts';
import { ScimError } from '../../src/scim/error.ts';
import { type Filter, parseFilter, printFilter } from '../../src/scim/filter.ts';
import { matches } from '../../src/scim/filter-match.ts';
import type { AttributePath } from '../../src/scim/path.ts';
import { readResource } from '../../src/scim/resource.ts';
import { findNamespace, userType } from '../../src/scim/resource-types.ts';
import { type Attribute, findAttribute } from '../../src/scim/schema.ts';
import { employeeType, filters, userBodies } from './arbitraries.ts';

type Verdict = boolean | 'refused';

function ours(text: string, resource: JsonObject): Verdict {
  try {
    return matches(parseFilter(text), resource, employeeType);
  } catch (error) {
    if (error instanceof ScimError) return 'refused';
    throw error;
  }
}

function theirs(text: string, resource: JsonObject): Verdict {
  try {
    return peer.filter(peer.parse(text))(resource);
  } catch {
    return 'refused';
  }
}

const ada: JsonObject = {
  schemas: [userType.schema.id],
  id: '1',
  userName: 'ada',
  active: true,
  name: { familyName: 'Lovelace' },
  emails: [
    { value: 'ada@example.com', type: 'work', primary: true },
    { value: 'a@example.org', type: 'home' },
  ],
  meta: { lastModified: '2026-01-31T12:00:00Z' },
};

const ALIKE: readonly (readonly [string, Verdict])[] = [
  ['userName eq "ada"', true],
  ['USERNAME sw "a"', true],
  ['name.familyName co "love" or name.familyName co "Love"', true],
  ['userName pr and not (title pr)', true],
  ['title pr or userName eq "ada" and active eq false', false],
  ['(title pr or userName eq "ada") and active eq true', true],
  ['emails[type eq "work" and value ew "example.com"]', true],
  ['emails[type eq "work"].value eq "ada@example.com"', true],
  ['emails.type eq "home"', true],
  ['userName', 'refused'],
  ['userName eq', 'refused'],
  ['userName eq "ada" and', 'refused'],
  ['(userName pr', 'refused'],
  ['emails[type eq "work"', 'refused'],
  ['userName is "ada"', 'refused'],
];

for (const [text, verdict] of ALIKE) {
  test(`both say ${verdict}: ${text}`, () => {
    assert.equal(ours(text, ada), verdict);
    assert.equal(theirs(text, ada), verdict);
  });
}

const DIFFERENT: readonly (readonly [string, string, Verdict, Verdict])[] = [
  ['RFC 7643 §4.1.1: userName is not case exact', 'userName eq "ADA"', true, false],
  ['RFC 7644 §3.4.2.2: a resource without the attribute is not equal', 'title ne "x"', true, false],
  ['RFC 7643 §2.5: null is the absence of a value', 'title eq null', true, false],
  ['RFC 7644 §3.10: the URN of the base schema', `${userType.schema.id}:userName pr`, true, false],
  [
    'RFC 7644 §3.4.2.2: all terms of a value path hold for the same value',
    'emails[type eq "home" and value ew "example.com"]',
    false,
    true,
  ],
  ['RFC 7643 §2.4: $ref is a name', 'emails.$ref pr', false, 'refused'],
  [
    'RFC 7643 §2.4: a complex attribute stands for its value',
    'emails co "example.org"',
    true,
    false,
  ],
  [
    'RFC 7644 §3.4.2.2: times are compared as such',
    'meta.lastModified eq "2026-01-31T13:00:00+01:00"',
    true,
    false,
  ],
  ['RFC 7644 §3.4.2.2, Table 3: order on booleans SHALL fail', 'active gt false', 'refused', true],
  ['RFC 7644 §3.4.2.2: `not` wants parentheses', 'not userName pr', 'refused', false],
  [
    'RFC 7644 §3.4.2.2: there is no value path in a value path',
    'emails[type[value pr]]',
    'refused',
    false,
  ],
  ['RFC 7644 §3.4.2.2: nothing follows a filter', 'userName pr userName pr', 'refused', 'refused'],
];

for (const [clause, text, own, other] of DIFFERENT) {
  test(`${clause}: ${text}`, () => {
    assert.equal(ours(text, ada), own);
    assert.equal(theirs(text, ada), other);
  });
}

type Term = Extract<Filter, { readonly path: AttributePath }>;

/** The terms of a filter, and with them the value paths, but not what is in their brackets. */
function termsOf(filter: Filter): readonly Term[] {
  if ('terms' in filter) return filter.terms.flatMap(termsOf);
  return 'path' in filter ? [filter] : termsOf(filter.filter);
}

function definition({ urn, attribute, subAttribute }: AttributePath): Attribute | undefined {
  const namespace = findNamespace(employeeType, urn);
  const found = namespace && findAttribute(namespace.attributes, attribute);
  return subAttribute === undefined
    ? found
    : found && findAttribute(found.subAttributes, subAttribute);
}

interface Compared {
  readonly term: Term;
  readonly attribute: Attribute | undefined;
  readonly text: string;
}

const ORDER: ReadonlySet<string> = new Set(['gt', 'ge', 'lt', 'le']);

/** Clauses by which we differ, each with the terms to which it applies. */
const CLAUSES: readonly (readonly [string, (compared: Compared) => boolean])[] = [
  [
    'RFC 7643 §7 caseExact: text is compared in any case unless its attribute says otherwise',
    ({ term, attribute }) =>
      term.kind === 'compare' && typeof term.value === 'string' && attribute?.caseExact === false,
  ],
  [
    'RFC 7644 §3.4.2.2, RFC 7643 §2.5: what has no value is not equal to any, and equal to null',
    ({ term }) => term.kind === 'compare' && (term.operator === 'ne' || term.value === null),
  ],
  [
    'RFC 7644 §3.10: the URN of the base schema is the top of the resource',
    ({ term }) => term.path.urn?.toLowerCase() === userType.schema.id.toLowerCase(),
  ],
  [
    'RFC 7644 §3.4.2.2: times are instants, ordered as such',
    ({ attribute }) => attribute?.type === 'dateTime',
  ],
  [
    'RFC 7643 §2.4: a complex attribute is compared by its value',
    ({ term, attribute }) => term.kind === 'compare' && attribute?.type === 'complex',
  ],
  [
    'Entra ID asks with "True" for a boolean',
    ({ term, attribute }) =>
      term.kind === 'compare' && attribute?.type === 'boolean' && typeof term.value === 'string',
  ],
  [
    'RFC 7644 §3.4.2.2, RFC 8259 §7: a text is a JSON string with all its escapes',
    ({ text }) => /\\[^"]/.test(text),
  ],
  [
    'RFC 7644 §3.4.2.2: the terms of a value path hold for one value, not each for some value',
    ({ term }) => term.kind === 'valuePath' && term.filter.kind !== 'compare',
  ],
  [
    'RFC 7644 §3.4.2.2: of several values one that matches suffices',
    ({ attribute }) => attribute?.multiValued === true && attribute.type !== 'complex',
  ],
  [
    'RFC 7644 §3.4.2.2, Table 3: text is ordered by characters, of which UTF-16 halves some',
    ({ term }) => term.kind === 'compare' && ORDER.has(term.operator),
  ],
  [
    'RFC 7643 §2.4: $ref is a name',
    ({ term: { path } }) => (path.subAttribute ?? path.attribute) === '$ref',
  ],
  [
    'RFC 7644 §3.4.2.2: the values of a simple attribute are `value` in brackets',
    ({ term, attribute }) => term.kind === 'valuePath' && attribute?.type !== 'complex',
  ],
];

/** RFC 8259 §6: a number may have signs; in theirs only where it ends the filter. */
const SIGNED_WITHIN = / (?:-\d|\d\S*e\+)\S*[\s)\]]/;

function explained(filter: Filter, within?: Attribute): boolean {
  return termsOf(filter).some((term) => {
    const attribute = within
      ? findAttribute(within.subAttributes, term.path.attribute)
      : definition(term.path);
    const compared = { term, attribute, text: printFilter(term) };
    if (CLAUSES.some(([, applies]) => applies(compared))) return true;
    return term.kind === 'valuePath' && explained(term.filter, attribute);
  });
}

test('where the terms of a filter say the same so does the filter; where not, a clause says why', () => {
  fc.assert(
    fc.property(filters, userBodies, (filter, body) => {
      const { resource } = readResource(employeeType, body);
      const differs = (part: Filter) => {
        const text = printFilter(part);
        return ours(text, resource) !== theirs(text, resource);
      };
      const different = termsOf(filter).filter(differs);
      for (const term of different) assert.ok(explained(term), printFilter(term));
      if (different.length > 0 || SIGNED_WITHIN.test(printFilter(filter))) return;
      assert.equal(differs(filter), false, printFilter(filter));
    }),
    { numRuns: 1000 },
  );
});
