/** Staged uploads: a signed form is taken in whole or not at all. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { test } from 'node:test';
import {
  askForTarget,
  customerCreate,
  makeTarget,
  parameter,
  people,
  runMutation,
  type Target,
  upload,
  uploadForm,
  variablesFile,
} from './bulk-support.ts';
import { startStore, type TestStore, userErrors } from './support.ts';

const runErrors = async (store: TestStore, target: Target) =>
  userErrors(await runMutation(store, customerCreate, parameter(target, 'key')));

const noSuchFile = [
  {
    field: null,
    message:
      "The JSONL file could not be found. Try uploading the file again, and check that you've entered the URL correctly for the stagedUploadPath mutation argument.",
    code: 'NO_SUCH_FILE',
  },
];

test('A target has an address of the store and the parameters of a signed form', async (t) => {
  const store = await startStore(t);
  const answer = await askForTarget(store);
  const target = answer.data.stagedUploadsCreate?.stagedTargets?.[0];
  assert.equal(target?.url, `${store.origin}/staged-uploads`);
  assert.equal(target?.resourceUrl, null);
  const names = Object.values(target?.parameters ?? {}).map(({ name }) => String(name));
  for (const name of ['key', 'policy', 'x-goog-signature', 'x-goog-date', 'Content-Type'])
    assert.ok(names.includes(name), name);
  assert.equal(answer.extensions.cost?.requestedQueryCost, 11);
});

test('A file is taken in with 201 and found by its key', async (t) => {
  const store = await startStore(t);
  const target = await makeTarget(store);
  assert.deepEqual(await runErrors(store, target), noSuchFile);
  const response = await upload(target, `${JSON.stringify(people(1)[0])}\n`);
  assert.equal(response.status, 201);
  assert.match(
    await response.text(),
    /<PostResponse>.*<Key>tmp\/1\/bulk\/.*variables\.jsonl<\/Key>/,
  );
  assert.deepEqual(await runErrors(store, target), []);
});

test('A form is refused when a parameter is missing, comes after the file or is another', async (t) => {
  const store = await startStore(t);
  const target = await makeTarget(store);
  const refusal = async (form: FormData) => {
    const response = await fetch(target.url, { method: 'POST', body: form });
    const code = /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];
    return [response.status, code];
  };
  const without = uploadForm(target, '{}');
  without.delete('policy');
  assert.deepEqual(await refusal(without), [400, 'InvalidPolicyDocument']);
  without.append('policy', parameter(target, 'policy'));
  assert.deepEqual(await refusal(without), [400, 'InvalidPolicyDocument']);
  const forged = uploadForm(target, '{}');
  forged.set('x-goog-signature', '0'.repeat(64));
  assert.deepEqual(await refusal(forged), [403, 'SignatureDoesNotMatch']);
  const elsewhere = uploadForm(target, '{}');
  elsewhere.set('key', 'tmp/1/bulk/somewhere/else.jsonl');
  assert.deepEqual(await refusal(elsewhere), [403, 'AccessDenied']);
  const empty = uploadForm(target, '{}');
  empty.delete('file');
  assert.deepEqual(await refusal(empty), [400, 'InvalidArgument']);
  assert.deepEqual(await runErrors(store, target), noSuchFile);
});

test('A target is good for a day', async (t) => {
  const store = await startStore(t);
  const target = await makeTarget(store);
  store.advance(24 * 60 * 60 * 1000);
  const response = await upload(target, '{}');
  assert.equal(response.status, 400);
  assert.match(await response.text(), /<Code>ExpiredToken</);
});

test('A file whose sender goes away midway does not count', async (t) => {
  const store = await startStore(t);
  const target = await makeTarget(store);
  const form = new Response(uploadForm(target, 'x'.repeat(100_000)));
  const body = Buffer.from(await form.arrayBuffer());
  await new Promise<void>((resolve) => {
    const sending = request(target.url, {
      method: 'POST',
      headers: {
        'Content-Type': form.headers.get('Content-Type') ?? '',
        'Content-Length': body.length,
      },
    });
    sending.on('error', () => undefined);
    sending.on('close', resolve);
    sending.write(body.subarray(0, body.length - 1000), () => sending.destroy());
  });
  assert.deepEqual(await runErrors(store, target), noSuchFile);
});

test('An empty file, one that is no JSONL and one of more than 100 MB are not run', async (t) => {
  const store = await startStore(t);
  const refusal = async (content: string) => {
    const target = await makeTarget(store);
    assert.equal((await upload(target, content)).status, 201);
    return runErrors(store, target);
  };
  const invalid = (message: string) => [
    { field: null, message, code: 'INVALID_STAGED_UPLOAD_FILE' },
  ];
  assert.deepEqual(await refusal(''), invalid('The input file is empty.'));
  assert.deepEqual(
    await refusal('[{"input": {}}]'),
    invalid('Unexpected file structure - expected JSONL'),
  );
  const target = await makeTarget(store);
  assert.equal(await uploadMegabytes(target, 101), 201);
  assert.deepEqual(
    await runErrors(store, target),
    invalid('The input file size exceeds the maximum allowed size of 100 MB.'),
  );
});

/** Uploads a file of that size piece by piece; answers the status. */
async function uploadMegabytes(target: Target, megabytes: number): Promise<number | undefined> {
  const marker = 'the file goes here';
  const form = new Response(uploadForm(target, marker));
  const [head = '', tail = ''] = (await form.text()).split(marker);
  const line = Buffer.from(`${JSON.stringify({ note: 'x'.repeat(1024 * 1024) })}\n`);
  const sending = request(target.url, {
    method: 'POST',
    headers: { 'Content-Type': form.headers.get('Content-Type') ?? '' },
  });
  sending.write(head);
  for (let sent = 0; sent < megabytes; sent += 1)
    if (!sending.write(line)) await once(sending, 'drain');
  sending.end(tail);
  const [response] = await once(sending, 'response');
  response.resume();
  return response.statusCode;
}

test('What the store does not take in says so', async (t) => {
  const store = await startStore(t);
  for (const other of [{ resource: 'IMAGE' }, { httpMethod: 'PUT' }]) {
    const { errors } = await askForTarget(store, { ...variablesFile, ...other });
    assert.equal(errors[0]?.extensions?.code, 'NOT_IMPLEMENTED');
  }
  const blank = await askForTarget(store, { ...variablesFile, filename: ' ' });
  assert.deepEqual(userErrors(blank), [
    { field: ['input', '0', 'filename'], message: "Filename can't be blank" },
  ]);
});
