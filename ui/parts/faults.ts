/** What is wrong with the fields of a form: each field shows its own, and the first one gets the focus. */
import { useEffect } from 'react';
import { ApiError, type Fault, sentenceOf } from '../api/client.ts';
import { focusOn } from './focus.ts';

/** What a form knows of its faults. */
export interface Faults {
  /** What is wrong with a field, to be given to it as `error`. */
  readonly of: (field: string) => string;
  /** What no field of the form shows. */
  readonly rest: string;
}

/** The `id` that the field of this name has, so that it can be given the focus. */
export function fieldId(field: string): string {
  return `field-${field}`;
}

/** Tells each field of a form its fault. `fields` are their names, in the order of the page. */
export function useFaults(fields: readonly string[], error: unknown): Faults {
  const faults = faultsOf(error);
  const first = fields.find((name) => faults.some(({ field }) => field === name));
  useEffect(() => {
    if (error !== null && first !== undefined) focusOn(document.getElementById(fieldId(first)));
  }, [error, first]);
  const elsewhere = faults.filter(({ field }) => !fields.includes(field));
  return {
    of: (name) =>
      faults
        .filter(({ field }) => field === name)
        .map(({ detail }) => asSentence(detail))
        .join(' '),
    rest:
      error === null
        ? ''
        : faults.length === 0
          ? sentenceOf(error)
          : elsewhere.map(({ detail }) => asSentence(detail)).join(' '),
  };
}

/** Faults that were found before anything was sent. */
export class Incomplete extends ApiError {
  constructor(faults: readonly Fault[]) {
    super('Something is missing.', null, faults);
  }
}

function faultsOf(error: unknown): readonly Fault[] {
  return error instanceof ApiError ? error.faults : [];
}

/** Words of the API, which go on after a name (`must be given`), as a sentence of their own. */
export function asSentence(words: string): string {
  const begun = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.?!]$/.test(begun) ? begun : `${begun}.`;
}
