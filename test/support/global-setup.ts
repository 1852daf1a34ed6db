import { fileURLToPath } from 'node:url';
import { startTestServer, type TestServer, templateVariable } from './postgres.ts';

/**
 * For `node --test --test-global-setup=test/support/global-setup.ts`: one PostgreSQL for the whole
 * run, and one cache of compiled modules, as every test file is a process of its own and some start
 * more. https://nodejs.org/api/test.html#global-setup-and-teardown
 */
let server: TestServer | undefined;

export async function globalSetup(): Promise<void> {
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
    new URL('../../node_modules/.cache/compiled', import.meta.url),
  );
  server = await startTestServer();
  process.env[templateVariable] = server.template;
}

export async function globalTeardown(): Promise<void> {
  await server?.stop();
}
