/** Ids that are UUIDv7: their order is time. */

/** The lowest UUIDv7 of a time (RFC 9562 §5.7: its first 48 bits are milliseconds since 1970). */
export function firstIdAt(at: Date): string {
  const hex = at.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
