/** Tags as Shopify keeps them: trimmed, split on commas, one per spelling, sorted without case. */
import { type Problem, problemIf } from './problem.ts';

const maximumTags = 250;
const maximumLength = 255;

/** The list as it is stored: the first casing of a tag wins, order ignores case. */
export function normaliseTags(tags: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const tag of splitTags(tags))
    if (!byKey.has(tag.toLowerCase())) byKey.set(tag.toLowerCase(), tag);
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tag]) => tag);
}

/** `tags` without `unwanted`, whatever the casing. */
export function withoutTags(tags: readonly string[], unwanted: readonly string[]): string[] {
  const keys = new Set(splitTags(unwanted).map((tag) => tag.toLowerCase()));
  return tags.filter((tag) => !keys.has(tag.toLowerCase()));
}

/** What Shopify says of a normalised list that breaks its limits: 250 tags of 255 characters. */
export function tagProblems(tags: readonly string[]): Problem[] {
  return [
    ...problemIf(
      tags.some((tag) => tag.length > maximumLength),
      'tags',
      `Tags is too long (maximum is ${maximumLength} characters)`,
      'TOO_LONG',
    ),
    ...problemIf(
      tags.length > maximumTags,
      'tags',
      `Tags cannot be more than ${maximumTags}`,
      'INVALID',
    ),
  ];
}

function splitTags(tags: readonly string[]): string[] {
  return tags
    .flatMap((tag) => tag.split(','))
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}
