import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startTestServer, type TestServer, templateVariable } from './postgres.ts';

/**
 * For `node --test --test-global-setup=test/support/global-setup.ts`: one PostgreSQL for the whole
 * run, and one cache of compiled modules, as every test file is a process of its own and some start
 * more. https://nodejs.org/api/test.html#global-setup-and-teardown
 */
const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

let server: TestServer | undefined;

export async function globalSetup(): Promise<void> {
  process.env.NODE_COMPILE_CACHE ??= root('node_modules/.cache/compiled');
  // The pages as their sources are now, also where a test file is run by itself.
  execFileSync(process.execPath, [root('scripts/install.js')], { stdio: ['ignore', 2, 2] });
  server = await startTestServer();
  process.env[templateVariable] = server.template;
}

export async function globalTeardown(): Promise<void> {
  await server?.stop();
}
