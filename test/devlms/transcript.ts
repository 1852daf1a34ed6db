/** Reads the transcript: its numbered requests, what a real Moodle answered, and rows of its database. */
import { readFileSync } from 'node:fs';
import type { RawRequest } from './support.ts';

export interface Step {
  readonly number: number;
  readonly title: string;
  readonly request: RawRequest;
  readonly answer: RecordedAnswer;
  readonly rows: readonly RecordedRows[];
}

export interface RecordedAnswer {
  readonly status: number;
  readonly type: string;
  /** Other headers that were written down: `Location`, `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Rows of the database that were looked at after a step. */
export interface RecordedRows {
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** All numbered steps, in order; `tokens` take the places of `$ADMIN_TOKEN` and so on. */
export function readTranscript(tokens: Readonly<Record<string, string>>): readonly Step[] {
  const file = readFileSync(new URL('./moodle-4.3-transcript.md', import.meta.url), 'utf8');
  const text = file.replaceAll(/\$([A-Z]+)_TOKEN/g, (_, name: string) => tokens[name] ?? name);
  return text.split(/^(?=#{2,3} )/m).flatMap((section) => {
    const heading = /^### (\d+)\. (.*)$/m.exec(section);
    return heading ? [stepOf(Number(heading[1]), heading[2] ?? '', section)] : [];
  });
}

function stepOf(number: number, title: string, section: string): Step {
  const [asked = '', answered = ''] = blocks(section);
  return {
    number,
    title: title.trim().split('  — ')[0] ?? '',
    request: requestOf(asked),
    answer: answerOf(answered),
    rows: [...section.matchAll(/^_DB: (.*)_\n\n```\n([\s\S]*?)\n```$/gm)].map(
      ([, name = '', table = '']) => ({ title: name, rows: rowsOf(table) }),
    ),
  };
}

const blocks = (section: string): string[] =>
  [...section.matchAll(/^```(?:http)?\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);

/** Written URL-decoded for reading; here it becomes what went over the wire. */
function requestOf(block: string): RawRequest {
  const [head = '', ...rest] = block.split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  const [method = '', target = ''] = first.split(/ (.*)/s);
  const headers = headersOf(lines);
  const host = /^http:\/\/([^/]+)(\/.*)$/.exec(target);
  const body = rest.join('\n\n').trim();
  return {
    method,
    path: encodedPath(host?.[2] ?? target),
    headers: { ...headers, ...(host?.[1] ? { Host: host[1] } : {}) },
    body: headers['Content-Type'] === 'application/json' ? body : encodedForm(body),
  };
}

function encodedPath(target: string): string {
  const [path = '', query] = target.split('?');
  return query === undefined ? path : `${path}?${encodedForm(query)}`;
}

const encodedForm = (form: string): string =>
  form
    .split('&')
    .map((pair) => pair.split(/=(.*)/s).slice(0, 2).map(encodeURIComponent).join('='))
    .join('&');

function answerOf(block: string): RecordedAnswer {
  const [, status = '', type = '', others = '', body = ''] =
    /^HTTP (\d+) (.*?)((?:\n[\w-]+: .*?)*) {2}\(\d+ ms\)\n([\s\S]*)$/.exec(block) ?? [];
  return {
    status: Number(status),
    type,
    headers: headersOf(others.split('\n').filter((line) => line !== '')),
    text: body.trimEnd(),
  };
}

const headersOf = (lines: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)));

/** A table as `psql` prints it. */
function rowsOf(table: string): RecordedRows['rows'] {
  const cells = (line: string): string[] => line.split('|').map((cell) => cell.trim());
  const [heads = '', , ...lines] = table.split('\n');
  return lines
    .filter((line) => !/^\(\d+ rows?\)$/.test(line.trim()))
    .map((line) => {
      const values = cells(line);
      return Object.fromEntries(cells(heads).map((head, at) => [head, values[at] ?? '']));
    });
}
