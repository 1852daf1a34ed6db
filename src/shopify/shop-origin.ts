/** Where a shop answers; `null`: there is no such shop. */
export type ShopOrigin = (shop: string) => string | null;

/**
 * Shops answer at their domains; in development there are only those that are played on this machine. What somebody
 * entered as a destination's address does not count here: the app's secret is sent there.
 */
export function shopOrigins(
  mode: 'development' | 'production',
  played: ReadonlyMap<string, string> = new Map(),
): ShopOrigin {
  return (shop) => played.get(shop) ?? (mode === 'production' ? `https://${shop}` : null);
}
