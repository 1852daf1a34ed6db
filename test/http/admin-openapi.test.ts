/** The description of the admin API in OpenAPI. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { apiDocs } from '../../src/http/api-docs.ts';
import { routeKey } from '../../src/http/openapi.ts';
import { type Admin, newTenant, startAdmin } from '../support/admin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: a schema is read as deep as a test needs
  readonly requestBody?: any;
}

let database: TestDatabase;
let admin: Admin;
let document: { paths: Record<string, Record<string, Operation>> };
before(async () => {
  database = await testDatabase();
  admin = await startAdmin({ pool: database.pool });
  const { status, body } = await admin.send('GET', '/api/openapi.json');
  assert.equal(status, 200);
  document = body;
});
after(async () => {
  await admin[Symbol.asyncDispose]();
  await database.close();
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

test('is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(document as object as Record<string, unknown>);
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(validator.version, '3.1');
});

test('has every route that is answered, and says nothing of one that is not', async () => {
  const described = new Set(
    operations().map(({ path, method }) =>
      routeKey({ method: method.toUpperCase(), url: path.replaceAll(/\{(\w+)\}/g, ':$1') }),
    ),
  );
  assert.deepEqual(
    Object.keys(apiDocs).filter((key) => !described.has(key.replace(/ $/, ''))),
    [],
  );
  const { tenantId } = await newTenant(database.pool);
  for (const { path, method, operation } of operations()) {
    const asked = path.replace('{tenantId}', tenantId).replaceAll(/\{\w+\}/g, 'none');
    if (method !== 'get' || path.endsWith('/events')) continue;
    const { body } = await admin.send('GET', asked);
    assert.doesNotMatch(String(body.detail), /^There is no GET/, operation.operationId);
  }
});

test('names each operation once, with all parameters of its path', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
  for (const { path, operation } of operations()) {
    const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path');
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    assert.deepEqual(
      inPath.map(({ name }) => name),
      names,
    );
  }
});

test('tells what a body has and what a query may have', () => {
  const path = '/api/tenants/{tenantId}/sources';
  const body = document.paths[path]?.post?.requestBody.content['application/json'].schema;
  assert.deepEqual(body.required, ['name']);
  assert.equal(body.additionalProperties, false);
  const overview = document.paths['/api/tenants/{tenantId}/overview']?.get;
  assert.deepEqual(
    overview?.parameters?.map(({ name, in: place }) => [name, place]),
    [
      ['tenantId', 'path'],
      ['zone', 'query'],
    ],
  );
});
