/** The XML that Moodle answers where nobody asked for JSON. */
import type { MoodleError } from '../errors.ts';

const head = '<?xml version="1.0" encoding="UTF-8" ?>\n';

/** What a function answered. */
export function xmlResult(result: unknown): string {
  const inner = result === null || result === undefined ? '' : element(result);
  return `${head}<RESPONSE>\n${inner}</RESPONSE>\n`;
}

/** What was refused. */
export function xmlError(error: MoodleError, debugging: boolean): string {
  const debuginfo =
    debugging && error.debuginfo !== null
      ? `<DEBUGINFO>${escapeXml(error.debuginfo)}</DEBUGINFO>\n`
      : '';
  return [
    `${head}<EXCEPTION class="${escapeXml(error.exception)}">\n`,
    `<ERRORCODE>${escapeXml(error.errorcode)}</ERRORCODE>\n`,
    `<MESSAGE>${escapeXml(error.message)}</MESSAGE>\n`,
    `${debuginfo}</EXCEPTION>\n`,
  ].join('');
}

function element(value: unknown): string {
  if (Array.isArray(value)) return `<MULTIPLE>\n${value.map(element).join('')}</MULTIPLE>\n`;
  if (value === null || value === undefined) return '<VALUE null="null"/>\n';
  if (typeof value !== 'object') return `<VALUE>${escapeXml(plain(value))}</VALUE>\n`;
  const keys = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => `<KEY name="${escapeXml(name)}">${element(inner)}</KEY>\n`);
  return `<SINGLE>\n${keys.join('')}</SINGLE>\n`;
}

const plain = (value: unknown): string =>
  typeof value === 'boolean' ? String(Number(value)) : String(value);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
