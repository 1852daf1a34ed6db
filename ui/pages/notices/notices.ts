/** Who is told of trouble, as the admin API tells it; see docs/notices.md. */

/** Where notices go. */
export interface NoticeSettings {
  readonly webhook: { readonly url: string } | null;
  readonly recipients: readonly string[];
  /** `off`: this installation sends no mail. */
  readonly mail: 'available' | 'off';
}

/** What they are to become. */
export interface NoticeChange {
  readonly webhook: { readonly url: string; readonly secret: 'keep' | 'new' } | null;
  readonly recipients: readonly string[];
}

/** How a test went on one channel. */
export interface TestResult {
  readonly channel: string;
  readonly target: string;
  readonly error: string | null;
}

/** Addresses, however they are set apart. */
export function addressesIn(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((one) => one !== ''))];
}
