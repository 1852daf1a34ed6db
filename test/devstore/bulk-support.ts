/** Bulk operations as an app runs them: a target, an upload, an operation, its result. */
import assert from 'node:assert/strict';
import { type GraphqlAnswer, type Json, type RemoteStore, waitFor } from './support.ts';

export interface Target {
  readonly url: string;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
}

const stagedUploadsCreate = `mutation ($input: [StagedUploadInput!]!) {
  stagedUploadsCreate(input: $input) {
    stagedTargets { url resourceUrl parameters { name value } }
    userErrors { field message }
  }
}`;

export const variablesFile = {
  resource: 'BULK_MUTATION_VARIABLES',
  filename: 'variables.jsonl',
  mimeType: 'text/jsonl',
  httpMethod: 'POST',
};

export const askForTarget = (store: RemoteStore, input: object = variablesFile) =>
  store.graphql(stagedUploadsCreate, { input: [input] });

/** A new place to upload to. */
export async function makeTarget(store: RemoteStore): Promise<Target> {
  const { data } = await askForTarget(store);
  assert.deepEqual(data.stagedUploadsCreate?.userErrors, []);
  const target = data.stagedUploadsCreate?.stagedTargets?.[0];
  return {
    url: String(target?.url),
    parameters: [...Object.values(target?.parameters ?? {})].map(({ name, value }) => ({
      name: String(name),
      value: String(value),
    })),
  };
}

export function parameter({ parameters }: Target, name: string): string {
  return parameters.find((candidate) => candidate.name === name)?.value ?? '';
}

/** The parameters in their order, then the file. */
export function uploadForm({ parameters }: Target, content: string): FormData {
  const form = new FormData();
  for (const { name, value } of parameters) form.append(name, value);
  form.append('file', new Blob([content], { type: 'text/jsonl' }), 'variables.jsonl');
  return form;
}

export const upload = (target: Target, content: string): Promise<Response> =>
  fetch(target.url, { method: 'POST', body: uploadForm(target, content) });

/** Uploads the variables; answers the path under which an operation finds them. */
export async function uploadVariables(
  store: RemoteStore,
  lines: readonly object[],
): Promise<string> {
  const target = await makeTarget(store);
  const response = await upload(target, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  assert.equal(response.status, 201, await response.text());
  return parameter(target, 'key');
}

const operationFields = `id status errorCode type createdAt completedAt objectCount rootObjectCount
  fileSize url partialDataUrl query`;

export const runMutation = (
  store: RemoteStore,
  mutation: string,
  stagedUploadPath: string,
  clientIdentifier?: string,
): Promise<GraphqlAnswer> =>
  store.graphql(
    `mutation ($mutation: String!, $stagedUploadPath: String!, $clientIdentifier: String) {
      bulkOperationRunMutation(
        mutation: $mutation, stagedUploadPath: $stagedUploadPath, clientIdentifier: $clientIdentifier
      ) { bulkOperation { ${operationFields} } userErrors { field message code } }
    }`,
    { mutation, stagedUploadPath, clientIdentifier },
  );

export const runQuery = (store: RemoteStore, query: string): Promise<GraphqlAnswer> =>
  store.graphql(
    `mutation ($query: String!) {
      bulkOperationRunQuery(query: $query) {
        bulkOperation { ${operationFields} } userErrors { field message code }
      }
    }`,
    { query },
  );

/** The id of the operation an answer has started; fails the test when it has started none. */
export function startedId({ data, errors }: GraphqlAnswer): string {
  assert.equal(errors, undefined, JSON.stringify(errors));
  const payload = Object.values(data)[0];
  assert.deepEqual(payload?.userErrors, []);
  assert.equal(payload?.bulkOperation?.status, 'CREATED');
  return String(payload?.bulkOperation?.id);
}

export async function findOperation(store: RemoteStore, id: string): Promise<Json> {
  const { data } = await store.graphql(
    `query ($id: ID!) { bulkOperation(id: $id) { ${operationFields} } }`,
    { id },
  );
  assert.ok(data.bulkOperation, `There is no ${id}`);
  return data.bulkOperation;
}

/** The operation once it has come to this status. */
export const inStatus = (store: RemoteStore, id: string, status: string): Promise<Json> =>
  waitFor(async () => {
    const operation = await findOperation(store, id);
    return String(operation.status) === status ? operation : undefined;
  });

export const cancel = (store: RemoteStore, id: string): Promise<GraphqlAnswer> =>
  store.graphql(
    `mutation ($id: ID!) {
      bulkOperationCancel(id: $id) { bulkOperation { id status } userErrors { field message } }
    }`,
    { id },
  );

/** The lines of a result, as they stand in the file. */
export async function resultLines(url: Json | undefined): Promise<readonly Json[]> {
  const response = await fetch(String(url));
  assert.equal(response.status, 200);
  const text = await response.text();
  assert.match(text, /\n$/);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

export const customerCreate = `mutation Create($input: CustomerInput!) {
  customerCreate(input: $input) { customer { id email } userErrors { field message } }
}`;

/** Variables of `customerCreate` for that many people. */
export const people = (count: number): readonly { readonly input: { readonly email: string } }[] =>
  Array.from({ length: count }, (_, index) => ({
    input: { email: `person${index}@example.com`, firstName: 'Ada', tags: ['scim'] },
  }));
