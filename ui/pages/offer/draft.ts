/** An offer while somebody edits it: what is in the fields, and what is sent. */
import type { Fault } from '../../api/client.ts';
import type { Given, Match, Refunds, Terms } from '../courses/offers.ts';

/** What is in the fields. */
export interface Draft {
  readonly name: string;
  readonly soldBy: 'product' | 'variant' | 'sku';
  /** The product, or the product of the variant; `''`: none is chosen. */
  readonly productId: string;
  readonly variantId: string;
  readonly sku: string;
  readonly courses: readonly Given[];
  readonly access: 'unlimited' | 'days' | 'until';
  readonly days: string;
  readonly until: string;
  readonly begins: 'purchase' | 'date';
  readonly startsAt: string;
  readonly ending: Terms['ending'];
  readonly again: Terms['again'];
  readonly quantity: Terms['quantity'];
  readonly learnerProperty: string;
  readonly refunds: Omit<Refunds, 'moneyShare'>;
  /** In per cent. */
  readonly moneyShare: string;
}

/** The names of the fields that can be faulty, in the order of the page. */
export const fields = [
  ...['name', 'sold', 'variant', 'sku', 'courses', 'days', 'until', 'startsAt'],
  ...['learnerProperty', 'moneyShare'],
];

/** An offer that nobody wrote anything in yet. */
export const emptyDraft: Draft = {
  name: '',
  soldBy: 'product',
  productId: '',
  variantId: '',
  sku: '',
  courses: [],
  access: 'unlimited',
  days: '365',
  until: '',
  begins: 'purchase',
  startsAt: '',
  ending: 'suspend',
  again: 'extend',
  quantity: 'one',
  learnerProperty: 'learner email',
  refunds: {
    line: 'suspend',
    quantity: 'keep',
    money: 'ask',
    cancelled: 'suspend',
    chargeback: 'suspend',
    edited: 'suspend',
    deleted: 'suspend',
  },
  moneyShare: '100',
};

/** The fields of an offer as it is. */
export function draftOf(name: string, terms: Terms): Draft {
  const { match, access, startsAt, refunds } = terms;
  const { moneyShare, ...actions } = refunds;
  return {
    ...emptyDraft,
    name,
    ...('sku' in match ? { soldBy: 'sku', sku: match.sku } : {}),
    ...('product' in match ? { soldBy: 'product', productId: match.product } : {}),
    ...('variant' in match ? { soldBy: 'variant', variantId: match.variant } : {}),
    courses: terms.courses,
    ...(access === 'unlimited'
      ? {}
      : 'days' in access
        ? { access: 'days', days: String(access.days) }
        : { access: 'until', until: dayOf(access.until) }),
    ...(startsAt === null ? {} : { begins: 'date', startsAt: dayOf(startsAt) }),
    ending: terms.ending,
    again: terms.again,
    quantity: terms.quantity,
    learnerProperty: terms.learnerProperty,
    refunds: actions,
    moneyShare: String(Math.round(moneyShare * 10_000) / 100),
  };
}

/** All that is missing or cannot be. */
export function faultsIn(draft: Draft): readonly Fault[] {
  const { name, soldBy, productId, variantId, sku, courses, access, days, until } = draft;
  const share = Number(draft.moneyShare);
  const checks: readonly (readonly [boolean, string, string])[] = [
    [name.trim() === '', 'name', 'A name is needed.'],
    [soldBy === 'product' && productId === '', 'sold', 'Choose a product.'],
    [soldBy === 'variant' && variantId === '' && productId === '', 'sold', 'Choose a product.'],
    [soldBy === 'variant' && variantId === '' && productId !== '', 'variant', 'Choose a variant.'],
    [soldBy === 'sku' && sku.trim() === '', 'sku', 'An SKU is needed.'],
    [courses.length === 0, 'courses', 'Add at least one course.'],
    [
      access === 'days' && !isWhole(days, 36_500),
      'days',
      'Must be a whole number from 1 to 36,500.',
    ],
    [access === 'until' && !isDay(until), 'until', 'Must be a day, like 2027-06-30.'],
    [
      draft.begins === 'date' && !isDay(draft.startsAt),
      'startsAt',
      'Must be a day, like 2027-01-31.',
    ],
    [draft.learnerProperty.trim() === '', 'learnerProperty', 'A name is needed.'],
    [!(share > 0 && share <= 100), 'moneyShare', 'Must be more than 0 and at most 100.'],
  ];
  return checks.flatMap(([wrong, field, detail]) => (wrong ? [{ field, detail }] : []));
}

/** What is sent. Moments whose day nobody changed stay as they were in `before`. */
export function termsOf(draft: Draft, before: Terms | null): Terms {
  return {
    match: matchOf(draft),
    courses: draft.courses,
    access: accessOf(draft, before),
    startsAt:
      draft.begins === 'purchase'
        ? null
        : momentOf(draft.startsAt, '00:00:00', before?.startsAt ?? null),
    again: draft.again,
    quantity: draft.quantity,
    refunds: { ...draft.refunds, moneyShare: Number(draft.moneyShare) / 100 },
    ending: draft.ending,
    learnerProperty: draft.learnerProperty.trim(),
  };
}

function matchOf({ soldBy, productId, variantId, sku }: Draft): Match {
  if (soldBy === 'sku') return { sku: sku.trim() };
  return soldBy === 'variant' ? { variant: variantId } : { product: productId };
}

function accessOf({ access, days, until }: Draft, before: Terms | null): Terms['access'] {
  if (access === 'unlimited') return 'unlimited';
  if (access === 'days') return { days: Number(days) };
  const was = before !== null && typeof before.access === 'object' && 'until' in before.access;
  return { until: momentOf(until, '23:59:59', was ? before.access.until : null) };
}

/** A moment of a day in the viewer's zone. */
function momentOf(day: string, time: string, before: string | null): string {
  if (before !== null && dayOf(before) === day) return before;
  return new Date(`${day}T${time}`).toISOString();
}

/** The day of a moment in the viewer's zone, as a date field has it. */
function dayOf(moment: string): string {
  const at = new Date(moment);
  const parts = [at.getFullYear(), at.getMonth() + 1, at.getDate()];
  return parts.map((part) => String(part).padStart(2, '0')).join('-');
}

function isWhole(text: string, most: number): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= most;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}
