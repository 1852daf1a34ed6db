import { startTestServer, type TestServer, templateVariable } from './postgres.ts';

/**
 * For `node --test --test-global-setup=test/support/global-setup.ts`: one PostgreSQL for the whole
 * run. https://nodejs.org/api/test.html#global-setup-and-teardown
 */
let server: TestServer | undefined;

export async function globalSetup(): Promise<void> {
  server = await startTestServer();
  process.env[templateVariable] = server.template;
}

export async function globalTeardown(): Promise<void> {
  await server?.stop();
}
