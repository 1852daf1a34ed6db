/**
 * Words as PostgreSQL finds people by them. Each has its tenant's id before it: an inverted index knows no
 * columns before its own, and what one tenant looks for must not cost by what the others have.
 */

/** The words of somebody of a tenant, as `array_to_tsvector` takes them. */
export function lexemesOf(tenantId: string, words: readonly string[]): readonly string[] {
  return words.map((word) => `${tenantId}/${word}`);
}

/** A `tsquery` for who has, for each term, a word that begins with it; `null` where there are none. */
export function wordsQuery(tenantId: string, terms: readonly string[]): string | null {
  if (terms.length === 0) return null;
  return lexemesOf(tenantId, terms)
    .map((lexeme) => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}':*`)
    .join(' & ');
}
