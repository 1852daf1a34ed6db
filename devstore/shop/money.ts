/** Amounts, kept in cents, in the two ways Shopify writes them. */

/** As the scalar `Money` and in REST: `10.00`. */
export function price(cents: number): string {
  return (cents / 100).toFixed(2);
}

/** As the scalar `Decimal`: `10.0`, `19.99`. */
export function decimal(cents: number): string {
  return price(cents).replace(/0$/, '');
}

/** The cents of an amount such as `19.99`. */
export function centsOf(amount: string | number): number {
  return Math.round(Number(amount) * 100);
}
