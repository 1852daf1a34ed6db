import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shopify } from '../../src/connectors/shopify.ts';
import { defaultPolicy, type Policy } from '../../src/provisioning/policy.ts';
import { membershipFaults, membershipsOf } from '../../src/provisioning/policy-memberships.ts';

const policy: Policy = {
  ...defaultPolicy(shopify),
  memberships: ['staff', 'a,b'],
  rules: [
    { when: { source: 's' }, memberships: ['company:12', 'staff'] },
    { when: { filter: 'title pr' }, memberships: ['company:acme'] },
  ],
};

test('the memberships of a policy are those of everybody and of its rules, each once', () => {
  assert.deepEqual(membershipsOf(policy), ['staff', 'a,b', 'company:12', 'company:acme']);
});

test('what cannot be a membership at the destination is told by name', () => {
  const [comma, company, ...others] = membershipFaults(policy, shopify);
  assert.match(comma ?? '', /^The membership "a,b" must not have a comma/);
  assert.match(company ?? '', /^The membership "company:acme" must be company:<number>/);
  assert.deepEqual(others, []);
  assert.deepEqual(membershipFaults(policy, {}), []);
});
