/** What a function of the web service is: a description of its arguments and what it does. */
import type { PhpArray } from '../php/form.ts';
import type { Settings } from '../site/settings.ts';
import type { Site } from '../site/site.ts';
import type { Service } from '../site/tokens.ts';
import type { User } from '../site/users.ts';
import { type Fields, type RecordOf, record } from './parameters.ts';

/** Who calls, and how the answer is wanted. */
export interface Call {
  readonly site: Site;
  readonly settings: Settings;
  readonly user: User;
  readonly service: Service;
  /** `moodlewssettingraw`: names as they are stored, not as they stand in HTML. */
  readonly raw: boolean;
}

/** Does what it does with the arguments it is given, and answers. */
export type WebFunction = (call: Call, given: PhpArray) => unknown;

/** A function; its arguments are checked before anything else is. */
export function webFunction<Of extends Fields>(
  fields: Of,
  run: (call: Call, parameters: RecordOf<Of>) => unknown,
): WebFunction {
  const read = record(fields);
  return (call, given) => run(call, read(given, call.settings));
}
