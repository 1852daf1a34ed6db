/** Values inside of JSON as SQL that compares them, read as `scim/filter-match.ts` reads them. */
import { escapeLiteral } from 'pg';
import { DATE_TIME_PATTERN } from '../scim/date-time.ts';
import type { Attribute } from '../scim/schema.ts';

/** A member below an expression of type jsonb; NULL where there is none. */
export function memberOf(json: string, keys: readonly string[]): string {
  if (keys.length === 0) return json;
  return `(${json} #> array[${keys.map((key) => escapeLiteral(key)).join(', ')}])`;
}

function textOf(json: string): string {
  return `(${json} #>> '{}')`;
}

/** Text in the form in which it is compared. ICU, as in JavaScript: a locale may know ASCII only. */
export function foldedText(attribute: Attribute, json: string): string {
  return attribute.caseExact ? textOf(json) : `lower(${textOf(json)} collate "und-x-icu")`;
}

/** A number; NULL where the value is none. */
export function numberOf(json: string): string {
  return `case when jsonb_typeof(${json}) = 'number' then (${json})::numeric end`;
}

/** A boolean; NULL where the value is none. */
export function booleanOf(json: string): string {
  return `case when jsonb_typeof(${json}) = 'boolean' then (${json})::boolean end`;
}

/** An xsd:dateTime as `scim/date-time.ts` reads it; NULL where the value is none. */
export function timeOf(json: string): string {
  const text = textOf(json);
  const isTime = `${text} ~ ${escapeLiteral(DATE_TIME_PATTERN)}`;
  const zone = `case when ${text} ~ '(Z|[+-][0-9]{2}:[0-9]{2})$' then '' else 'Z' end`;
  const milliseconds = `regexp_replace(${text}, '(\\.[0-9]{3})[0-9]+', '\\1')`;
  return `case when ${isTime} then (${milliseconds} || ${zone})::timestamptz end`;
}
