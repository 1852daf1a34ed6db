import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DestinationError } from '../../src/provisioning/failure.ts';
import { compileMapping } from '../../src/provisioning/mapping.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const ada = {
  userName: 'ada',
  name: { givenName: 'Ada', familyName: '  ' },
  title: 'Countess',
  active: true,
  phoneNumbers: [
    { value: '+4930123456', type: 'work' },
    { value: '+4915112345678', type: 'mobile' },
  ],
  emails: [{ value: 'home@example.com' }, { value: 'ada@example.com', primary: true }],
  [enterprise]: { department: 'Mathematics' },
};

const read = (rule: Omit<Parameters<typeof compileMapping>[0][number], 'to'>) =>
  compileMapping([{ to: 'it', ...rule }])(ada).it;

test('a path gives the value of a sub-attribute', () => {
  assert.equal(read({ from: 'name.givenName' }), 'Ada');
});

test('of several values the primary one counts, else the first', () => {
  assert.equal(read({ from: 'emails.value' }), 'ada@example.com');
  assert.equal(read({ from: 'phoneNumbers.value' }), '+4930123456');
});

test('a filter in brackets chooses a value', () => {
  assert.equal(read({ from: 'phoneNumbers[type eq "mobile"].value' }), '+4915112345678');
});

test('an extension is read by its URN', () => {
  assert.equal(read({ from: `${enterprise}:department` }), 'Mathematics');
});

test('blank and missing values are unassigned', () => {
  assert.equal(read({ from: 'name.familyName' }), null);
  assert.equal(read({ from: 'nickName' }), null);
});

test('of a list the first assigned value counts', () => {
  assert.equal(read({ from: ['name.familyName', 'nickName', 'title'] }), 'Countess');
});

test('a constant applies where its condition holds', () => {
  assert.equal(read({ constant: 'staff', when: 'title eq "Countess"' }), 'staff');
  assert.equal(read({ constant: 'staff', when: 'title eq "Duchess"' }), null);
});

test('a condition keeps a value back', () => {
  assert.equal(read({ from: 'title', when: 'active eq false' }), null);
});

test('a transform works on the value, never on its absence', () => {
  assert.equal(read({ from: 'title', transform: 'upper' }), 'COUNTESS');
  assert.equal(read({ from: 'nickName', transform: 'upper' }), null);
});

for (const [what, rule] of [
  ['a path to nowhere', { from: 'shoeSize' }],
  ['a sub-attribute that does not exist', { from: 'name.shoeSize' }],
  ['a path that cannot be read', { from: 'emails[type eq' }],
  ['a condition that cannot be read', { constant: 'x', when: 'title eq' }],
  [
    'a condition on an attribute that does not exist',
    { constant: 'x', when: 'tilte eq "Countess"' },
  ],
] as const) {
  test(`${what} is the owner's to mend, and names its attribute`, () => {
    assert.throws(
      () => compileMapping([{ to: 'department', ...rule }]),
      (error) =>
        error instanceof DestinationError &&
        error.kind === 'misconfigured' &&
        /^The mapping of department cannot be read: ./.test(error.message),
    );
  });
}
