import type { Draft } from './attribute-value.ts';
import { payloadTooLarge } from './error.ts';
import type { Filter } from './filter.ts';
import { isObject } from './json.ts';
import type { AttributeTarget } from './patch-target.ts';

/** Characters that one request may look at, all its operations together: under a second's work. */
const MOST_CHARACTERS = 50_000_000;

/**
 * What one PATCH may cost. Each operation on a multi-valued attribute looks at all its values, and
 * each term of a filter looks at them again: a thousand operations on ten thousand values fit into
 * a body of 1 MiB, and would hold up everybody else for many seconds.
 */
export class PatchBudget {
  #left = MOST_CHARACTERS;

  /** Pays for one step before it is taken. Throws 413 when the request has spent all it may. */
  spend(draft: Draft, { attribute, container, filter }: AttributeTarget): void {
    if (!attribute.multiValued) return;
    const holder = container === undefined ? draft : draft[container];
    const values = isObject(holder) ? holder[attribute.name] : undefined;
    if (values === undefined) return;
    this.#left -= JSON.stringify(values).length * (1 + (filter === undefined ? 0 : terms(filter)));
    if (this.#left >= 0) return;
    throw payloadTooLarge(
      `The operations look at the values of ${attribute.name} too often: send them in several requests.`,
    );
  }
}

/** How many comparisons a filter makes with each value. */
function terms(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.reduce((sum, term) => sum + terms(term), 0);
    case 'not':
    case 'valuePath':
      return terms(filter.filter);
    case 'present':
    case 'compare':
      return 1;
  }
}
