import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type Action,
  inForceAt,
  matches,
  type Offer,
  offerSchema,
} from '../../src/courses/offer.ts';
import type { Order, OrderLine } from '../../src/courses/order.ts';
import { type Known, type Right, rightsOf } from '../../src/courses/rights.ts';

const placed = new Date('2026-03-01T10:00:00Z');
const later = new Date('2026-03-05T10:00:00Z');

function offer(terms: object = {}): Offer {
  return {
    ...{ id: 'offer-1', version: 1, name: 'Welding', validFrom: new Date(0), validUntil: null },
    terms: offerSchema.parse({
      match: { sku: 'WELD-*' },
      courses: [{ destination: 'lms', membership: 'course:2' }],
      ...terms,
    }),
  };
}

const line = (more: Partial<OrderLine> = {}): OrderLine => ({
  ...{ id: 'line-1', title: 'Welding 101', sku: 'WELD-101', quantity: 1, currentQuantity: 1 },
  ...{ productId: 'gid://shopify/Product/1', variantId: 'gid://shopify/ProductVariant/1' },
  properties: {},
  ...more,
});

const buyer = {
  customerId: 'gid://shopify/Customer/1',
  ...{ email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace' },
};

const order = (more: Partial<Order> = {}): Order => ({
  ...{ id: 'gid://shopify/Order/1', name: '#1001', processedAt: placed, updatedAt: later },
  ...{ cancelledAt: null, financialStatus: 'PAID', fullyPaid: true, edited: false, total: 100 },
  ...{ buyer, lines: [line()], refunds: [], disputes: [] },
  ...more,
});

const known = (more: Partial<Known> = {}): Known => ({
  ...{ offers: [offer()], deletedAt: null, given: () => false },
  ...{ named: () => null, answered: () => null },
  ...more,
});

const only = (rights: readonly Right[]): Right => {
  assert.equal(rights.length, 1);
  const [right] = rights;
  assert.ok(right);
  return right;
};

const rightOf = (of: Order, more: Partial<Known> = {}) => only(rightsOf(of, known(more)));

const refund = (amount: number, ...lines: { lineId: string; quantity: number }[]) => ({
  ...{ id: `refund-${amount}`, at: later, amount, lines },
});

suite('what an offer is about', () => {
  const sold = line();
  const cases: readonly [object, boolean][] = [
    [{ product: 'gid://shopify/Product/1' }, true],
    [{ product: 'gid://shopify/Product/2' }, false],
    [{ variant: 'gid://shopify/ProductVariant/1' }, true],
    [{ variant: 'gid://shopify/ProductVariant/2' }, false],
    [{ sku: 'WELD-101' }, true],
    [{ sku: 'weld-1*' }, true],
    [{ sku: 'WELD' }, false],
    [{ sku: 'WELD.101' }, false],
  ];
  for (const [match, expected] of cases)
    test(`${JSON.stringify(match)} ${expected ? 'is' : 'is not'} about the line`, () => {
      assert.equal(matches(offer({ match }).terms, sold), expected);
    });

  test('a line without a stock-keeping unit matches none', () => {
    assert.equal(matches(offer({ match: { sku: '*' } }).terms, line({ sku: null })), false);
  });

  test('is said by the version in force when the order was placed', () => {
    const [first, second] = [
      { ...offer(), validUntil: new Date('2026-02-01') },
      { ...offer(), version: 2, validFrom: new Date('2026-02-01') },
    ];
    const at = (date: string) =>
      inForceAt([first, second], new Date(date)).map(({ version }) => version);
    assert.deepEqual(at('2026-01-31'), [1]);
    assert.deepEqual(at('2026-02-01'), [2]);
  });
});

suite('who learns', () => {
  test('is the customer who bought', () => {
    assert.deepEqual(rightOf(order()).learner, buyer);
  });

  test('is a guest by the order’s address', () => {
    const guest = { customerId: null, email: 'g@example.com', firstName: null, lastName: null };
    assert.deepEqual(rightOf(order({ buyer: guest })).learner, guest);
  });

  test('is whom the line’s property names, whatever the theme makes of its name', () => {
    for (const name of ['learner email', 'Learner Email', 'learner_email', ' learner-email ']) {
      const lines = [line({ properties: { [name]: ' bob@example.com ' } })];
      assert.equal(rightOf(order({ lines })).learner?.email, 'bob@example.com');
    }
    const own = [offer({ learnerProperty: 'Participant' })];
    const lines = [line({ properties: { participant: 'bob@example.com' } })];
    assert.equal(rightOf(order({ lines }), { offers: own }).learner?.email, 'bob@example.com');
  });

  test('is the customer where the property names them', () => {
    const lines = [line({ properties: { 'learner email': 'ADA@example.com' } })];
    assert.deepEqual(rightOf(order({ lines })).learner, buyer);
  });

  test('has to be named where the property is no address', () => {
    const lines = [line({ properties: { 'learner email': 'my brother' } })];
    const { state, reason } = rightOf(order({ lines }));
    assert.equal(state, 'held');
    assert.match(reason ?? '', /^“my brother” is no e-mail address/);
  });

  test('has to be named where there is nobody', () => {
    const nobody = { customerId: null, email: null, firstName: null, lastName: null };
    assert.equal(rightOf(order({ buyer: nobody })).state, 'held');
  });

  test('is one person for any quantity, or as many as have to be named', () => {
    const lines = [line({ quantity: 3, currentQuantity: 3 })];
    assert.equal(rightOf(order({ lines })).state, 'standing');
    const offers = [offer({ quantity: 'named' })];
    const named = (_line: string, seat: number) => (seat === 1 ? 'bob@example.com' : null);
    const rights = rightsOf(order({ lines }), known({ offers, named }));
    assert.deepEqual(
      rights.map(({ seat, state, learner }) => [seat, state, learner?.email ?? null]),
      [
        [0, 'held', null],
        [1, 'standing', 'bob@example.com'],
        [2, 'held', null],
      ],
    );
  });
});

suite('an order gives a right', () => {
  for (const status of ['PAID', 'PARTIALLY_REFUNDED', 'REFUNDED'])
    test(`that is ${status}`, () => {
      const of = order({ financialStatus: status, fullyPaid: false });
      assert.equal(rightOf(of).state, 'standing');
    });

  for (const status of ['PENDING', 'AUTHORIZED', 'PARTIALLY_PAID', 'VOIDED', 'EXPIRED', null])
    test(`not while it is ${status}`, () => {
      const { state, reason } = rightOf(order({ financialStatus: status, fullyPaid: false }));
      assert.equal(state, 'waiting');
      assert.match(reason ?? '', /^not paid yet \(/);
    });

  test('that was given before an edit made it partly paid, and no new one', () => {
    const of = order({ financialStatus: 'PARTIALLY_PAID', fullyPaid: false, edited: true });
    assert.equal(rightOf(of, { given: () => true }).state, 'standing');
    assert.equal(rightOf(of).state, 'waiting');
  });

  test('for each course of an offer, and for each line', () => {
    const courses = ['course:2', 'course:3'].map((membership) => ({
      ...{ destination: 'lms', membership },
    }));
    const lines = [line(), line({ id: 'line-2' }), line({ id: 'line-3', sku: 'HELMET' })];
    const rights = rightsOf(order({ lines }), known({ offers: [offer({ courses })] }));
    assert.deepEqual(
      rights.map(({ lineId, membership }) => `${lineId} ${membership}`),
      ['line-1 course:2', 'line-1 course:3', 'line-2 course:2', 'line-2 course:3'],
    );
  });
});

test('of two offers of one course the closer counts, and of two as close the later', () => {
  const [product, sku, younger, variant] = [
    { ...offer({ match: { product: 'gid://shopify/Product/1' } }), id: 'product' },
    { ...offer({ match: { sku: 'WELD-101' } }), id: 'sku' },
    { ...offer({ match: { sku: 'WELD-1*' } }), id: 'later', validFrom: new Date(1) },
    { ...offer({ match: { variant: 'gid://shopify/ProductVariant/1' } }), id: 'variant' },
  ];
  const winner = (...offers: readonly Offer[]) => rightOf(order(), { offers }).offer.id;
  assert.equal(winner(product, sku), 'sku');
  assert.equal(winner(sku, younger), 'later');
  assert.equal(winner(product, sku, younger, variant), 'variant');
  const twice = { destination: 'lms', membership: 'Course:2' };
  const courses = [{ destination: 'lms', membership: 'course:2' }, twice];
  assert.equal(rightOf(order(), { offers: [offer({ courses })] }).membership, 'course:2');
});

/** Every kind of refund: what happened, and to which policy it is left. */
const kinds: readonly {
  readonly kind: string;
  readonly policy: string;
  readonly happened: Order;
  readonly deletedAt?: Date;
  readonly says: RegExp;
}[] = [
  {
    kind: 'a line that is refunded',
    policy: 'line',
    happened: order({
      lines: [line({ currentQuantity: 0 })],
      refunds: [refund(100, { lineId: 'line-1', quantity: 1 })],
    }),
    says: /^the line was refunded$/,
  },
  {
    kind: 'a part of the quantity',
    policy: 'quantity',
    happened: order({
      lines: [line({ quantity: 3, currentQuantity: 2 })],
      refunds: [refund(30, { lineId: 'line-1', quantity: 1 })],
    }),
    says: /^1 of 3 were refunded$/,
  },
  {
    kind: 'money alone',
    policy: 'money',
    happened: order({ refunds: [refund(60), refund(40)] }),
    says: /^100 % of the money was refunded$/,
  },
  {
    kind: 'a cancellation',
    policy: 'cancelled',
    happened: order({ cancelledAt: later }),
    says: /^the order was cancelled$/,
  },
  {
    kind: 'a chargeback',
    policy: 'chargeback',
    happened: order({ disputes: [{ id: 'd', kind: 'CHARGEBACK', status: 'UNDER_REVIEW' }] }),
    says: /^the payment was charged back$/,
  },
  {
    kind: 'an edit',
    policy: 'edited',
    happened: order({ edited: true, lines: [line({ currentQuantity: 0 })] }),
    says: /^the line was removed from the order$/,
  },
  {
    kind: 'a deletion',
    policy: 'deleted',
    happened: order(),
    deletedAt: later,
    says: /^the order was deleted$/,
  },
];

suite('the truth table of refunds', () => {
  for (const { kind, policy, happened, deletedAt = null, says } of kinds) {
    const after = (action: Action, answer: Exclude<Action, 'ask'> | null = null) => {
      const offers = [offer({ refunds: { [policy]: action } })];
      return rightOf(happened, { offers, deletedAt, answered: () => answer });
    };
    for (const action of ['suspend', 'remove'] as const)
      test(`${kind}: ${action}`, () => {
        const { state, reason, ending, endedAt } = after(action);
        assert.deepEqual({ state, ending }, { state: 'ended', ending: action });
        assert.match(reason ?? '', says);
        assert.deepEqual(endedAt, later);
      });

    test(`${kind}: keep`, () => {
      const { state, question } = after('keep');
      assert.deepEqual({ state, question }, { state: 'standing', question: null });
    });

    test(`${kind}: ask, and as somebody answers`, () => {
      const { state, question } = after('ask');
      assert.equal(state, 'standing');
      assert.match(question ?? '', says);
      assert.equal(after('ask', 'keep').state, 'standing');
      assert.equal(after('ask', 'keep').question, null);
      assert.deepEqual(
        (['suspend', 'remove'] as const).map((answer) => after('ask', answer).ending),
        ['suspend', 'remove'],
      );
    });
  }

  test('touches only the line that was refunded', () => {
    const of = order({
      lines: [line({ currentQuantity: 0 }), line({ id: 'line-2' })],
      refunds: [refund(50, { lineId: 'line-1', quantity: 1 })],
    });
    assert.deepEqual(
      rightsOf(of, known()).map(({ state }) => state),
      ['ended', 'standing'],
    );
  });

  test('takes money below the share for a gesture', () => {
    const offers = [offer({ refunds: { money: 'remove', moneyShare: 0.5 } })];
    assert.equal(rightOf(order({ refunds: [refund(49)] }), { offers }).state, 'standing');
    assert.equal(rightOf(order({ refunds: [refund(50)] }), { offers }).state, 'ended');
  });

  test('takes back from the last of several learners', () => {
    const of = order({
      lines: [line({ quantity: 3, currentQuantity: 2 })],
      refunds: [refund(30, { lineId: 'line-1', quantity: 1 })],
    });
    const offers = [offer({ quantity: 'named' })];
    const rights = rightsOf(of, known({ offers, named: (_line, seat) => `${seat}@example.com` }));
    assert.deepEqual(
      rights.map(({ state }) => state),
      ['standing', 'standing', 'ended'],
    );
  });

  test('gives back what a chargeback took, once the shop has won', () => {
    const disputes = [{ id: 'd', kind: 'CHARGEBACK', status: 'WON' }] as const;
    assert.equal(rightOf(order({ disputes })).state, 'standing');
    const inquiry = [{ id: 'd', kind: 'INQUIRY', status: 'UNDER_REVIEW' }] as const;
    assert.equal(rightOf(order({ disputes: inquiry })).state, 'standing');
  });

  test('lets the strongest of several events count', () => {
    const offers = [offer({ refunds: { cancelled: 'suspend', line: 'remove', money: 'ask' } })];
    const of = order({
      cancelledAt: later,
      lines: [line({ currentQuantity: 0 })],
      refunds: [refund(100, { lineId: 'line-1', quantity: 1 })],
    });
    assert.equal(rightOf(of, { offers }).ending, 'remove');
  });
});
