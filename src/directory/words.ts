/**
 * By which words somebody is found: those of their name, their userName and their e-mail addresses, by the
 * beginning of each. `ada`, `love`, `lovelace@ex` and `example.c` find ada.lovelace@example.com. Pure.
 */
import type { JsonObject } from '../model.ts';
import { isArray, isObject } from '../scim/json.ts';

/** Nobody types more of a word, and nobody has more of them. */
const longestWord = 64;
const mostWords = 50;
const mostTerms = 8;

/** The words of a user; one that another begins with finds nothing more, and is left out. */
export function wordsOf(user: JsonObject): readonly string[] {
  const name = isObject(user.name) ? user.name : {};
  const emails = isArray(user.emails) ? user.emails : [];
  const texts = [
    ...[user.userName, user.displayName, name.givenName, name.familyName],
    ...emails.map((email) => (isObject(email) ? email.value : null)),
  ];
  const words = texts
    .filter((text) => typeof text === 'string')
    .flatMap((text) => folded(text).split(/\s+/).flatMap(beginnings));
  return withoutBeginnings(words).slice(0, mostWords);
}

/** What somebody who looks for people has typed, as beginnings of words that all have to be there. */
export function termsOf(query: string): readonly string[] {
  const terms = folded(query)
    .split(/\s+/)
    .map((term) => cut(term.replace(/^[^\p{L}\p{N}]+/u, '')))
    .filter((term) => term !== '');
  return withoutBeginnings(terms).slice(0, mostTerms);
}

/** Without case and accents, and in one form where there are several. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** What follows from each place where a word begins within a text without spaces; a domain is one word. */
function beginnings(token: string): readonly string[] {
  const domain = token.indexOf('@') + 1;
  return [...token.matchAll(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu)]
    .map(({ index }) => index)
    .filter((at) => domain === 0 || at <= domain)
    .map((at) => cut(token.slice(at)));
}

/** A cut may fall into a character. */
function cut(word: string): string {
  return word.slice(0, longestWord).toWellFormed();
}

function withoutBeginnings(words: readonly string[]): readonly string[] {
  const sorted = [...new Set(words)].toSorted();
  // Whatever begins with a word comes right after it, once they are sorted.
  return sorted.filter((word, index) => sorted[index + 1]?.startsWith(word) !== true);
}
