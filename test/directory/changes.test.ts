import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesBetween } from '../../src/directory/changes.ts';

const department = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

test('what changed is told attribute by attribute, and those of an extension by their names', () => {
  const before = { title: 'Countess', nickName: 'Augusta', [department]: { department: 'Maths' } };
  const after = { title: 'Analyst', [department]: { department: 'Engines', division: 'North' } };
  assert.deepEqual(changesBetween(before, after), {
    title: ['Countess', 'Analyst'],
    nickName: ['Augusta', null],
    [`${department}:department`]: ['Maths', 'Engines'],
    [`${department}:division`]: [null, 'North'],
  });
});

test('the same in another order of its parts is no change, but another order of several values is', () => {
  const name = { givenName: 'Ada', familyName: 'Lovelace' };
  const turned = { familyName: 'Lovelace', givenName: 'Ada' };
  const emails = [{ value: 'ada@example.com', type: 'work' }, { value: 'ada@home.example' }];
  const same = [{ type: 'work', value: 'ada@example.com' }, { value: 'ada@home.example' }];
  assert.deepEqual(changesBetween({ name, emails }, { name: turned, emails: same }), {});
  const swapped = changesBetween({ emails }, { emails: emails.toReversed() });
  assert.deepEqual(Object.keys(swapped), ['emails']);
});
