/** What is in the cart: one line for each learner, kept as long as the browser's tab. */

const key = 'cart';

/** The lines: a variant, its words and price, a quantity and whom it is for. */
export function readCart() {
  return JSON.parse(sessionStorage.getItem(key) ?? '[]');
}

export function writeCart(lines) {
  sessionStorage.setItem(key, JSON.stringify(lines));
}
