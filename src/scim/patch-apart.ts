/**
 * Steps on attributes that are kept apart from their resource, as the members of a group are: read
 * and checked as far as that goes without their present values, and left to whoever keeps these.
 */
import type { Json } from '../model.ts';
import {
  type Place,
  readList,
  readSingle,
  readSubAttributes,
  readValue,
} from './attribute-value.ts';
import { checkWritable, type PatchStep, singleOf } from './patch-step.ts';
import { listedForRemoval } from './quirks.ts';
import { resolveElementFilter } from './resolved-filter.ts';
import type { Unknowns } from './unknown-attributes.ts';

/** A step whose value was read. For `remove` without a filter: the listed values, undefined for all. */
export interface ApartStep extends PatchStep {
  readonly value: Json | undefined;
}

/** Reads a step; throws what would be thrown whatever the present values are. */
export function readStep(step: PatchStep, unknowns: Unknowns): ApartStep {
  const { attribute, filter, name } = step.target;
  checkWritable(step.target);
  if (filter !== undefined) resolveElementFilter(filter, attribute);
  return { ...step, value: readStepValue(step, { path: name, unknowns }) };
}

function readStepValue({ op, target, value }: PatchStep, place: Place): Json | undefined {
  const { attribute, filter, subAttribute } = target;
  if (subAttribute !== undefined) {
    if (op === 'remove') return undefined;
    const given = { [subAttribute.name]: value };
    return readSubAttributes(attribute, given, place)[0]?.[1];
  }
  if (filter !== undefined) {
    return op === 'remove' ? undefined : readSingle(attribute, singleOf(value, place), place);
  }
  if (op !== 'remove') return readValue(attribute, value, place);
  const listed = attribute.multiValued ? listedForRemoval(attribute, value) : undefined;
  return listed && readList(attribute, listed, place);
}
