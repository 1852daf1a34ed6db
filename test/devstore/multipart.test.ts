/** Reading forms and files piece by piece: the pieces must not matter. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineBlocks } from '../../devstore/http/line-blocks.ts';
import { MultipartError, multipartBoundary, readMultipart } from '../../devstore/http/multipart.ts';

const boundary = 'ab';

/** The bytes in pieces of that size. */
async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What each part holds. */
async function contents(text: string, size: number): Promise<Record<string, string>> {
  const read: Record<string, Buffer[]> = {};
  let name = '';
  for await (const event of readMultipart(pieces(text, size), boundary)) {
    if (event.kind === 'part') name = event.name;
    const known = read[name] ?? [];
    read[name] = event.kind === 'data' ? [...known, event.bytes] : known;
  }
  return Object.fromEntries(
    Object.entries(read).map(([key, list]) => [key, Buffer.concat(list).toString()]),
  );
}

const form = [
  '--ab',
  'Content-Disposition: form-data; name="key"',
  '',
  'tmp/é',
  '--ab',
  'content-disposition: form-data; name="empty"',
  '',
  '',
  '--ab',
  'Content-Disposition: form-data; name="file"; filename="a.jsonl"',
  'Content-Type: text/jsonl',
  '',
  '{"a":1}\n--ab\r\n-\r\n--a\r\n\r\n--ax',
  '--ab--',
  'what comes after the end is nobody’s',
].join('\r\n');

test('A form reads the same in pieces of any size', async () => {
  for (let size = 1; size <= form.length; size += 1)
    assert.deepEqual(
      await contents(form, size),
      { key: 'tmp/é', empty: '', file: '{"a":1}\n--ab\r\n-\r\n--a\r\n\r\n--ax' },
      `in pieces of ${size}`,
    );
});

test('A form that ends too early or has a part without a name is refused', async () => {
  const refused = { constructor: MultipartError };
  for (const text of ['', '--ab', form.slice(0, form.indexOf('--ab--'))])
    await assert.rejects(contents(text, 7), refused);
  await assert.rejects(contents('--ab\r\nContent-Type: text/plain\r\n\r\nx\r\n--ab--', 7), refused);
  await assert.rejects(contents(`--ab\r\n${'x'.repeat(20_000)}`, 1000), refused);
});

test('The boundary is read with and without quotes', () => {
  const cases = [
    ['multipart/form-data; boundary=ab', 'ab'],
    ['multipart/form-data; charset=utf-8; boundary="a b"', 'a b'],
    ['application/json', undefined],
    ['multipart/form-data', undefined],
  ] as const;
  for (const [type, expected] of cases) assert.equal(multipartBoundary(type), expected);
});

test('A file is cut into whole lines that know their numbers', async () => {
  const text = 'one\ntwo\n\nfour and more\nfive';
  for (let size = 1; size <= text.length + 1; size += 1) {
    const lines = new LineBlocks();
    const blocks = [];
    for await (const piece of pieces(text, size)) blocks.push(lines.add(piece));
    blocks.push(lines.end());
    let expected = 0;
    let whole = '';
    for (const block of blocks) {
      if (!block) continue;
      assert.equal(block.firstLine, expected);
      const data = Buffer.from(block.data).toString();
      expected += data.split('\n').length - (data.endsWith('\n') ? 1 : 0);
      whole += data;
    }
    assert.equal(whole, text);
    assert.equal(lines.lines, 5);
  }
});
