import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { coalesce, customerTopics, isCustomerTopic } from '../../src/storefront/told.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 27, 10, 0, second));

suite('what topics of customers tell', () => {
  test('a change has its customer and its time', () => {
    const body = { id: 1, admin_graphql_api_id: 'gid/1', updated_at: '2026-11-27T10:00:07Z' };
    for (const topic of ['customers/create', 'customers/update'] as const) {
      const { changes, merged } = customerTopics[topic](body);
      assert.deepEqual([changes, merged], [[{ remoteId: 'gid/1', version: at(7) }], null]);
    }
    const tags = { customerId: 'gid/1', tags: ['vip'], occurredAt: '2026-11-27T10:00:07Z' };
    for (const topic of ['customer.tags_added', 'customer.tags_removed'] as const)
      assert.deepEqual(customerTopics[topic](tags).changes, [
        { remoteId: 'gid/1', version: at(7) },
      ]);
  });

  test('one without a time that can be read, and a deletion, are looked at in any case', () => {
    const body = { admin_graphql_api_id: 'gid/1', updated_at: 'yesterday' };
    for (const topic of ['customers/update', 'customers/delete'] as const)
      assert.deepEqual(customerTopics[topic](body).changes, [{ remoteId: 'gid/1', version: null }]);
  });

  test('a merge has both customers, and which is gone unless it failed', () => {
    const body = {
      admin_graphql_api_customer_kept_id: 'gid/1',
      admin_graphql_api_customer_deleted_id: 'gid/2',
    };
    const done = customerTopics['customers/merge']({ ...body, status: 'completed' });
    assert.deepEqual(
      done.changes.map(({ remoteId }) => remoteId),
      ['gid/2', 'gid/1'],
    );
    assert.deepEqual(done.merged, { remoteId: 'gid/2', intoId: 'gid/1' });
    assert.equal(customerTopics['customers/merge']({ ...body, status: 'failed' }).merged, null);
  });

  test('a body without a customer is a fault', () => {
    for (const read of Object.values(customerTopics))
      assert.throws(() => read({ id: 1 }), /The body has no /);
  });

  test('topics are known by their names alone', () => {
    assert.ok(isCustomerTopic('customers/update'));
    for (const topic of ['customers/enable', 'toString', '']) assert.ok(!isCustomerTopic(topic));
  });

  test('many changes of a customer are one: in any case a look, else the latest', () => {
    const change = (remoteId: string, second: number | null) => ({
      remoteId,
      version: second === null ? null : at(second),
    });
    assert.deepEqual(
      coalesce([
        change('a', 2),
        change('b', 1),
        change('a', 3),
        change('a', 1),
        change('c', null),
        change('b', null),
        change('c', 9),
      ]),
      [change('a', 3), change('b', null), change('c', null)],
    );
  });
});
