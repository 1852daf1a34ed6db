/** Amounts as GraphQL shows them. */
import { decimal } from '../shop/money.ts';
import { shopCurrency } from '../shop/shop.ts';

/** `MoneyV2`, in the one currency of the shop. */
export function money(cents: number) {
  return { amount: decimal(cents), currencyCode: shopCurrency };
}

/** `MoneyBag`: nobody pays in another currency here. */
export function moneyBag(cents: number) {
  return { shopMoney: money(cents), presentmentMoney: money(cents) };
}
