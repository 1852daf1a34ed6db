/** `xsd:dateTime` (RFC 7643 §2.3.5), read the same here and in SQL. */

const DATE = [
  '(?!0000)[0-9]{4}-(?:',
  '(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])',
  '|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)',
  '|02-(?:0[1-9]|1[0-9]|2[0-8]))',
  '|(?:[0-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29',
].join('');
const TIME = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?|24:00:00(?:\\.0+)?';
const ZONE = 'Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)';

/**
 * A valid xsd:dateTime with a year of four digits, days of the month and leap years included: a
 * text that matches can be cast by PostgreSQL without an error. Both engines read the expression.
 */
export const DATE_TIME_PATTERN = `^(?:${DATE})T(?:${TIME})(?:${ZONE})?$`;

const DATE_TIME = new RegExp(DATE_TIME_PATTERN);
const HAS_ZONE = /(?:Z|[+-]\d\d:\d\d)$/;
const FINER_THAN_MILLISECONDS = /(\.\d{3})\d+/;

/**
 * The instant of an xsd:dateTime in milliseconds, undefined where the text is none. Finer digits are
 * cut (Entra ID sends seven), and a time without a zone is read as UTC.
 */
export function instant(text: string): number | undefined {
  if (!DATE_TIME.test(text)) return undefined;
  const milliseconds = text.replace(FINER_THAN_MILLISECONDS, '$1');
  return Date.parse(HAS_ZONE.test(text) ? milliseconds : `${milliseconds}Z`);
}
