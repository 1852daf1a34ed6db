import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { shopify } from '../../src/connectors/shopify.ts';
import type { JsonObject } from '../../src/model.ts';
import { DestinationError } from '../../src/provisioning/failure.ts';
import { grantsOf, membershipsDue } from '../../src/provisioning/grants.ts';
import { defaultPolicy, type GroupRef, type Policy } from '../../src/provisioning/policy.ts';
import { faultsOf } from '../../src/provisioning/policy-faults.ts';
import { scopeOf } from '../../src/provisioning/scope.ts';

const group = (name: string): GroupRef => ({ source: 'source-1', id: `id-of-${name}`, name });
const [staff, guests] = [group('Staff'), group('Guests')];
const withPolicy = (change: Partial<Policy>): Policy => ({ ...defaultPolicy(shopify), ...change });
const person = (user: JsonObject, groups: readonly GroupRef[] = []) => ({
  user: { userName: 'ada', ...user },
  sourceId: 'source-1',
  groups: groups.map(({ id }) => id),
  ...{ pushed: [], grants: [], at: new Date() },
});

const unreadable = ['title eq', 'tilte eq "Countess"', '', 'groups.display eq "Staff"'];

const misconfigured = (beginning: string) => (error: unknown) =>
  error instanceof DestinationError &&
  error.kind === 'misconfigured' &&
  error.message.startsWith(beginning);

suite('the scope', () => {
  test('is everybody where nothing is said', () => {
    assert.deepEqual(scopeOf(person({}), withPolicy({})), { covered: true, why: 'everybody is' });
  });

  test('is whom its filter matches', () => {
    const countesses = withPolicy({ scope: 'title sw "Count"' });
    assert.equal(scopeOf(person({ title: 'Countess' }), countesses).covered, true);
    assert.deepEqual(scopeOf(person({ title: 'Admiral' }), countesses), {
      covered: false,
      why: 'does not match title sw "Count"',
    });
  });

  test('is who is in any of its groups, and with a filter who matches it too', () => {
    const policy = withPolicy({ groups: [staff, guests], scope: 'title pr' });
    assert.deepEqual(scopeOf(person({ title: 'Countess' }, [guests]), policy), {
      covered: true,
      why: 'in the group Guests, matches title pr',
    });
    assert.deepEqual(scopeOf(person({ title: 'Countess' }), policy), {
      covered: false,
      why: 'not in any of the groups Staff, Guests',
    });
    assert.equal(scopeOf(person({}, [staff]), policy).covered, false);
  });

  for (const filter of unreadable) {
    test(`fails closed where it cannot be read: ${JSON.stringify(filter)}`, () => {
      assert.throws(
        () => scopeOf(person({}), withPolicy({ scope: filter })),
        misconfigured('The scope cannot be read: '),
      );
    });
  }
});

test('what of a policy cannot be read is told all at once', () => {
  const broken = withPolicy({
    scope: 'title',
    mapping: [{ to: 'title', from: 'tilte' }],
    rules: [{ when: { filter: 'x eq' }, memberships: ['team'] }],
  });
  assert.deepEqual(
    faultsOf(broken).map((fault) => fault.slice(0, fault.indexOf(' cannot be read'))),
    ['The scope', 'The mapping of title', 'The rule for team'],
  );
  assert.deepEqual(faultsOf(withPolicy({})), []);
});

suite('grants', () => {
  const policy = withPolicy({
    memberships: ['customer'],
    rules: [
      { when: { group: staff }, memberships: ['team', 'discount'] },
      { when: { filter: 'title eq "Countess"' }, memberships: ['Discount'] },
      { when: { source: 'source-2' }, memberships: ['partner'] },
    ],
  });

  test('are given by every rule that applies, each with its reason', () => {
    const stretch = { start: null, end: null };
    assert.deepEqual(grantsOf(person({ title: 'Countess' }, [staff]), policy), [
      { membership: 'customer', reason: { kind: 'everybody' }, stretch },
      { membership: 'team', reason: { kind: 'group', group: staff }, stretch },
      { membership: 'discount', reason: { kind: 'group', group: staff }, stretch },
      {
        membership: 'Discount',
        reason: { kind: 'filter', filter: 'title eq "Countess"' },
        stretch,
      },
    ]);
  });

  test('leave a membership due while one of them stands, in any case of its name', () => {
    const due = (user: JsonObject, groups: readonly GroupRef[]) => [
      ...membershipsDue(grantsOf(person(user, groups), policy), new Date()).keys(),
    ];
    assert.deepEqual(due({ title: 'Countess' }, [staff]), ['customer', 'team', 'discount']);
    assert.deepEqual(due({ title: 'Countess' }, []), ['customer', 'Discount']);
    assert.deepEqual(due({}, []), ['customer']);
  });

  test('of a source are for its people alone', () => {
    const partner = { ...person({}), sourceId: 'source-2' };
    const due = membershipsDue(grantsOf(partner, policy), new Date());
    assert.deepEqual([...due.keys()], ['customer', 'partner']);
  });

  test('are none for somebody inactive', () => {
    assert.deepEqual(grantsOf(person({ active: false }, [staff]), policy), []);
  });

  for (const filter of unreadable) {
    test(`fail closed where a rule cannot be read: ${JSON.stringify(filter)}`, () => {
      const broken = withPolicy({ rules: [{ when: { filter }, memberships: ['team'] }] });
      for (const active of [true, false]) {
        assert.throws(
          () => grantsOf(person({ active }), broken),
          misconfigured('The rule for team cannot be read: '),
        );
      }
    });
  }
});
