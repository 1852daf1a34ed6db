/** A moment as Shopify writes it: UTC, whole seconds. */
export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
