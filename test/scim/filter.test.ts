/** The filter language (RFC 7644 §3.4.2.2): text to tree and back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ScimError } from '../../src/scim/error.ts';
import { type Filter, parseFilter, printFilter } from '../../src/scim/filter.ts';
import { filters } from './arbitraries.ts';
import { refuses } from './refusal.ts';

/** RFC 7644 Figure 2, as they are printed in the shortest form. */
const EXAMPLES = [
  'userName eq "bjensen"',
  'name.familyName co "O\'Malley"',
  'userName sw "J"',
  'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"',
  'title pr',
  'meta.lastModified gt "2011-05-13T04:42:34Z"',
  'title pr and userType eq "Employee"',
  'title pr or userType eq "Intern"',
  'schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"',
  'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
  'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
  'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
  'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
];

for (const example of EXAMPLES) {
  test(`RFC 7644 Figure 2: ${example}`, () => {
    assert.equal(printFilter(parseFilter(example)), example);
  });
}

test('what is printed is read as the same tree', () => {
  fc.assert(
    fc.property(filters, (filter) => {
      assert.deepEqual(parseFilter(printFilter(filter)), filter);
    }),
  );
});

test('any string value survives printing and reading', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      fc.pre(!value.includes('\0'));
      const path = { attribute: 'title' };
      const filter: Filter = { kind: 'compare', path, operator: 'eq', value };
      assert.deepEqual(parseFilter(printFilter(filter)), filter);
    }),
  );
});

test('any text is read or refused as invalidFilter, never anything else', () => {
  const fragments = fc.constantFrom(
    ...['userName', ' eq ', ' pr', '"a"', '"', '(', ')', '[', ']', '.', ' and ', ' or ', 'not '],
    ...['\\', 'urn:a:b:', '1', 'true', '\u{1F600}', '\0', '-'],
  );
  const text = fc.array(fragments, { maxLength: 20 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), (input) => {
      try {
        const filter = parseFilter(input);
        assert.deepEqual(parseFilter(printFilter(filter)), filter);
      } catch (error) {
        if (!(error instanceof ScimError)) throw error;
        assert.equal(error.scimType, 'invalidFilter');
      }
    }),
    { numRuns: 2000 },
  );
});

const SAME: readonly (readonly [string, string])[] = [
  ['userName Eq "a" AND Title PR', 'userName eq "a" and Title pr'],
  ['a eq 1 or b eq 2 and c eq 3', 'a eq 1 or (b eq 2 and c eq 3)'],
  ['not(a pr) and b pr', '(not (a pr)) and b pr'],
  ['\t( a  eq "x" )\n', 'a eq "x"'],
  ['members[value eq"x"]', 'members[value eq "x"]'],
  ['emails [ type eq "work" ]', 'emails[type eq "work"]'],
  ['emails[type eq "work"].value eq "x"', 'emails[type eq "work" and value eq "x"]'],
  ['a eq "\\u00e9\\"\\\\"', 'a eq "é\\"\\\\"'],
  ['a eq TRUE and b eq -0', 'a eq true and b eq 0'],
  ['a eq 1.50e1', 'a eq 15'],
];

for (const [left, right] of SAME) {
  test(`${left.trim()} reads like ${right}`, () => {
    assert.deepEqual(parseFilter(left), parseFilter(right));
  });
}

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['', /its end at character 1, where an attribute name/],
  ['userName', /its end at character 9, where an operator/],
  ['userName regex "x"', /'regex' at character 10, where an operator \(eq, ne, co/],
  ['userName eq', /where a value/],
  ['userName eq john', /'john' at character 13, where a value: a string in double quotes/],
  ["userName eq 'john'", /where a value: a string in double quotes/],
  ['userName eq "john', /a closing double quote/],
  ['userName eq "\\x"', /a string as in JSON/],
  ['userName eq "\\ud800"', /a string as in JSON/],
  ['userName eq "\\u0000"', /a string as in JSON/],
  ['userName eq 1e999', /where a value/],
  ['userName eq 01', /where a value/],
  ['userName eq "a" and', /where an attribute name/],
  ['userName eq "a" userName', /where and, or, or the end/],
  ['(userName pr', /where and, or, or \)/],
  ['userName pr)', /'\)' at character 12/],
  ['not userName pr', /\( after not/],
  ['emails[type eq "work"', /where and, or, or \]/],
  ['emails[]', /where an attribute name/],
  ['emails[a[b pr]]', /no \[ inside of \[ \]/],
  ['a.b.c pr', /an attribute name/],
  ['9a pr', /an attribute name/],
  [`${'('.repeat(33)}a pr${')'.repeat(33)}`, /at most 32 nested groups/],
  [`a pr${' or a pr'.repeat(256)}`, /'a' at character 2049, where at most 256 terms/],
  [`a eq "${'x'.repeat(8192)}"`, /8199 characters; shorten it to at most 8192/],
];

for (const [text, detail] of REFUSED) {
  test(`refused as invalidFilter: ${text.slice(0, 40)}`, () => {
    refuses(() => parseFilter(text), 'invalidFilter', detail);
  });
}
