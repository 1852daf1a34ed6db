/**
 * What identity providers send, as they send it. A file in `samples/<identity provider>/` is one
 * request on a stored resource and what comes of it; `source` says where its shape is described.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { JsonObject } from '../../src/model.ts';
import { applyPatch, readPatch } from '../../src/scim/patch.ts';
import { readResource, replaceResource } from '../../src/scim/resource.ts';
import { groupType, userType } from '../../src/scim/resource-types.ts';

interface Sample {
  readonly source: string;
  readonly type: 'User' | 'Group';
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly stored?: JsonObject;
  /** What the server adds on output, for requests that repeat it. */
  readonly issued?: JsonObject;
  readonly body: unknown;
  readonly result: JsonObject;
  readonly changed?: boolean;
  readonly ignored?: readonly string[];
}

const directory = new URL('./samples/', import.meta.url);

function send({ type, method, stored = {}, issued, body }: Sample) {
  const resourceType = type === 'User' ? userType : groupType;
  switch (method) {
    case 'POST':
      return { ...readResource(resourceType, body), changed: undefined };
    case 'PUT':
      return replaceResource(resourceType, stored, body);
    case 'PATCH':
      return applyPatch(resourceType, stored, readPatch(body), issued);
  }
}

const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .sort();

test('there are samples of the identity providers that docs name', () => {
  const providers = new Set(files.map((file) => file.split('/')[0]));
  for (const provider of ['entra', 'jumpcloud', 'miniorange', 'okta', 'onelogin']) {
    assert.ok(providers.has(provider), provider);
  }
});

for (const file of files) {
  test(`the sample ${file.replace('.json', '')}`, () => {
    const sample: Sample = JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
    const { resource, changed, ignored } = send(sample);
    assert.deepEqual(resource, sample.result);
    assert.equal(changed, sample.changed);
    assert.deepEqual(ignored, sample.ignored ?? []);
  });
}
