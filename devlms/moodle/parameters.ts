/**
 * Descriptions of arguments, as every function of Moodle's has one: each reads what PHP made of the
 * form, and refuses all of it for one value that would have to be changed.
 */
import { invalidParameter, MoodleError } from '../errors.ts';
import type { PhpArray, PhpValue } from '../php/form.ts';

/** Settings of the site that decide what is a valid value. */
export interface Rules {
  readonly extendedUsernameChars: boolean;
}

/** Reads one value, or throws. */
export type Reader<Value> = (given: PhpValue, rules: Rules) => Value;

/** A key of a record: how it is read, and what it is when it is not there. */
export interface Field<Value> {
  readonly read: Reader<Value>;
  readonly absent: { readonly value: Value } | 'refused';
}

/** The keys of a record. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The record that fields read. */
export type RecordOf<Of extends Fields> = {
  readonly [Key in keyof Of]: Of[Key] extends Field<infer Value> ? Value : never;
};

/** A key that has to be there. */
export const required = <Value>(read: Reader<Value>): Field<Value> => ({
  read,
  absent: 'refused',
});

/** A key that may be missing. */
export const optional = <Value>(read: Reader<Value>): Field<Value | undefined> => ({
  read,
  absent: { value: undefined },
});

/** A key that has a value when it is missing. */
export const withDefault = <Value>(read: Reader<Value>, value: Value): Field<Value> => ({
  read,
  absent: { value },
});

/** A list; PHP does not care what its keys are. */
export function list<Value>(of: Reader<Value>): Reader<readonly Value[]> {
  return (given, rules) => {
    if (typeof given === 'string') throw notAnArray(given);
    return [...given.values()].map((inner) => of(inner, rules));
  };
}

/** A record with these keys and no others. */
export function record<Of extends Fields>(fields: Of): Reader<RecordOf<Of>> {
  return (given, rules) => {
    if (typeof given === 'string') throw notAnArray(given);
    const read = Object.entries(fields).map(([key, field]) => [
      key,
      fieldOf(given, { key, field }, rules),
    ]);
    const unexpected = [...given.keys()].filter((key) => !Object.hasOwn(fields, key));
    if (unexpected.length > 0)
      throw invalidParameter(
        `Unexpected keys (${unexpected.join(', ')}) detected in parameter array.`,
      );
    return Object.fromEntries(read);
  };
}

interface NamedField {
  readonly key: string;
  readonly field: Field<unknown>;
}

function fieldOf(given: PhpArray, { key, field }: NamedField, rules: Rules): unknown {
  const value = given.get(key);
  if (value !== undefined) return within(key, () => field.read(value, rules));
  if (field.absent === 'refused')
    throw invalidParameter(`Missing required key in single structure: ${key}`);
  return field.absent.value;
}

/** A refusal names the path to what was refused. */
function within<Value>(key: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof MoodleError && error.errorcode === 'invalidparameter')
      throw invalidParameter(`${key} => ${error.message}: ${error.debuginfo}`);
    throw error;
  }
}

function notAnArray(given: string): MoodleError {
  return invalidParameter(`Only arrays accepted. The bad value is: '${given}'`);
}
