/**
 * PATCH beside a model: the clauses of RFC 7644 §3.5.2 written out for three attributes, without
 * schemas, steps or targets. What both make of any sequence of operations is the same.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../src/model.ts';
import { ScimError } from '../../src/scim/error.ts';
import { applyPatch, readPatch } from '../../src/scim/patch.ts';
import { userType } from '../../src/scim/resource-types.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

interface Email {
  readonly value?: string;
  readonly type?: string;
  readonly primary?: boolean;
}
interface Name {
  readonly givenName?: string;
  readonly familyName?: string;
}
interface Person {
  readonly title?: string;
  readonly name: Name;
  readonly emails: readonly Email[];
}

/** Where an operation acts: the whole resource, one attribute, selected values, a part of these. */
type Place =
  | { readonly at: 'resource'; readonly value: Partial<Person> }
  | { readonly at: 'title'; readonly value: string }
  | { readonly at: 'name'; readonly value: Name }
  | { readonly at: 'name.givenName'; readonly value: string }
  | { readonly at: 'emails'; readonly value: readonly Email[] }
  | { readonly at: 'selected'; readonly type: string; readonly value: Email }
  | { readonly at: 'value'; readonly type: string; readonly value: string };

type Operation = Place & { readonly op: 'add' | 'replace' | 'remove' };

class Refused extends Error {}

function model(person: Person, operation: Operation): Person {
  const { op, at } = operation;
  switch (at) {
    case 'resource':
      return whole(person, op, operation.value);
    case 'title': {
      const { title, ...rest } = person;
      return op === 'remove' ? rest : { ...rest, title: operation.value };
    }
    case 'name':
      return { ...person, name: op === 'remove' ? {} : { ...person.name, ...operation.value } };
    case 'name.givenName': {
      const { givenName, ...rest } = person.name;
      return { ...person, name: op === 'remove' ? rest : { ...rest, givenName: operation.value } };
    }
    case 'emails':
      return { ...person, emails: list(person.emails, op, operation.value) };
    case 'selected':
      return { ...person, emails: selected(person.emails, operation, operation.value) };
    case 'value':
      return {
        ...person,
        emails: selected(person.emails, operation, { value: operation.value }),
      };
  }
}

function whole(person: Person, op: Operation['op'], value: Partial<Person>): Person {
  if (op === 'remove') throw new Refused('§3.5.2.2: "path" is unspecified, noTarget');
  return {
    ...(value.title === undefined && person.title === undefined
      ? {}
      : { title: value.title ?? person.title ?? '' }),
    name: { ...person.name, ...value.name },
    emails: value.emails === undefined ? person.emails : list(person.emails, op, value.emails),
  };
}

const isSame = (left: Email, right: Email) =>
  left.value?.toLowerCase() === right.value?.toLowerCase() &&
  (left.type === undefined || right.type === undefined || left.type === right.type);

function list(current: readonly Email[], op: Operation['op'], given: readonly Email[]) {
  if (op === 'remove') return [];
  if (given.filter(({ primary }) => primary).length > 1) throw new Refused('RFC 7643 §2.4');
  if (op === 'replace') return given;
  let result = current;
  let chosen: number | undefined;
  for (const email of given) {
    const at = result.findIndex((known) => isSame(known, email));
    const { value, ...labels } = email;
    result = at < 0 ? [...result, email] : result.with(at, { ...result[at], ...labels });
    if (email.primary) chosen = at < 0 ? result.length - 1 : at;
  }
  return onePrimary(result, chosen === undefined ? [] : [chosen]);
}

function selected(
  current: readonly Email[],
  operation: Operation & { readonly at: 'selected' | 'value' },
  given: Email,
): readonly Email[] {
  const { op, at, type } = operation;
  const places = current.flatMap((email, index) => (email.type === type ? index : []));
  // Without its value an address is nothing, as Entra ID has it, so that both remove the same.
  if (op === 'remove') return current.filter((email) => email.type !== type);
  if (places.length === 0) {
    if (op === 'replace' && at === 'selected') throw new Refused('§3.5.2.3: noTarget');
    return onePrimary([...current, { type, ...given }], [current.length]);
  }
  const result = current.map((email) => (email.type === type ? { ...email, ...given } : email));
  return onePrimary(result, places);
}

/** "SHALL cause the server to automatically set "primary" to "false" for any other values". */
function onePrimary(emails: readonly Email[], written: readonly number[]): readonly Email[] {
  const primary = written.filter((index) => emails[index]?.primary);
  if (primary.length > 1) throw new Refused('several values made primary');
  if (primary.length === 0) return emails;
  return emails.map((email, index) =>
    email.primary && index !== primary[0] ? { ...email, primary: false } : email,
  );
}

const PATHS = {
  title: () => 'title',
  name: () => 'name',
  'name.givenName': () => 'name.givenName',
  emails: () => 'emails',
  selected: (type: string) => `emails[type eq "${type}"]`,
  value: (type: string) => `emails[type eq "${type}"].value`,
};

function asked(operation: Operation): object {
  const { op, at, value } = operation;
  if (at === 'resource') return { op, value };
  const path = PATHS[at]('type' in operation ? operation.type : '');
  return op === 'remove' ? { op, path } : { op, path, value };
}

function resourceOf({ title, name, emails }: Person): JsonObject {
  return JSON.parse(
    JSON.stringify({
      schemas: [userType.schema.id],
      userName: 'ada',
      title,
      name: Object.keys(name).length === 0 ? undefined : name,
      emails: emails.length === 0 ? undefined : emails,
    }),
  );
}

function outcome<Result>(act: () => Result): Result | 'refused' {
  try {
    return act();
  } catch (error) {
    if (error instanceof Refused || error instanceof ScimError) return 'refused';
    throw error;
  }
}

const words = fc.constantFrom('a@example.com', 'A@example.com', 'b@example.com');
const types = fc.constantFrom('work', 'home', 'other');
const some = <T>(parts: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(parts, { requiredKeys: [], noNullPrototype: true });
const names = some<Name>({ givenName: words, familyName: words });
const emails: fc.Arbitrary<Email> = fc
  .tuple(words, some({ type: types, primary: fc.boolean() }))
  .map(([value, labels]) => ({ value, ...labels }));
const lists = fc.array(emails, { maxLength: 3 });
const persons = some({ title: words, name: names, emails: lists }) satisfies fc.Arbitrary<
  Partial<Person>
>;

const places: fc.Arbitrary<Place> = fc.oneof(
  persons.map((value) => ({ at: 'resource' as const, value })),
  words.map((value) => ({ at: 'title' as const, value })),
  names.map((value) => ({ at: 'name' as const, value })),
  words.map((value) => ({ at: 'name.givenName' as const, value })),
  lists.map((value) => ({ at: 'emails' as const, value })),
  fc.tuple(types, emails).map(([type, value]) => ({ at: 'selected' as const, type, value })),
  fc.tuple(types, words).map(([type, value]) => ({ at: 'value' as const, type, value })),
);
const operations: fc.Arbitrary<readonly Operation[]> = fc.array(
  fc
    .tuple(fc.constantFrom('add' as const, 'replace' as const, 'remove' as const), places)
    .map(([op, place]) => ({ ...place, op })),
  { minLength: 1, maxLength: 6 },
);

test('RFC 7644 §3.5.2: any sequence of operations does what the model does, or all of it is refused', () => {
  const nobody: Person = { name: {}, emails: [] };
  fc.assert(
    fc.property(operations, (sequence) => {
      const expected = outcome(() => resourceOf(sequence.reduce(model, nobody)));
      const request = readPatch({ schemas: [PATCH_OP], Operations: sequence.map(asked) });
      const found = outcome(() => applyPatch(userType, resourceOf(nobody), request).resource);
      assert.deepEqual(found, expected);
    }),
    { numRuns: 2000 },
  );
});
