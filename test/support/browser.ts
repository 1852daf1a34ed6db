import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as driver } from 'playwright-core';
import ours from '../../package.json' with { type: 'json' };
import { atEnd } from './end.ts';
import { patienceMs } from './wait.ts';

let shared: Promise<Browser> | undefined;

/**
 * The Chromium of this process, without a window, from the npm package that ships one, so that nothing has to be
 * installed beside it. To close it closes its pages: it stays for others.
 */
export function startBrowser(): Promise<Browser> {
  shared ??= launch();
  return shared;
}

async function launch(): Promise<Browser> {
  const browser = await driver.launch({
    executablePath: await unpacked(),
    // Its sandbox needs rights that a container or root does not have.
    args: ['--no-sandbox', '--disable-gpu'],
  });
  // Pages leave an answer alone for twenty times as long as it took: on a busy machine that is long.
  browser.on('context', (context) => context.setDefaultTimeout(patienceMs));
  const close = browser.close.bind(browser);
  atEnd(close);
  browser.close = async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  };
  return browser;
}

/**
 * The package unpacks into the temporary directory, readable by its owner alone, and takes what lies
 * there for whole. So each user has a directory of their own, which appears when it is complete.
 */
async function unpacked(): Promise<string> {
  const complete = join(
    tmpdir(),
    `rollcall-chromium-${ours.devDependencies['@sparticuz/chromium']}-${userInfo().uid}`,
  );
  const executable = join(complete, 'chromium');
  if (existsSync(executable)) return executable;
  const workspace = mkdtempSync(`${complete}-`);
  const name = basename(await withTemporaryDirectory(workspace, () => chromium.executablePath()));
  try {
    renameSync(workspace, complete);
  } catch {
    // Another test file was faster.
    rmSync(workspace, { recursive: true });
  }
  return join(complete, name);
}

async function withTemporaryDirectory<Result>(
  directory: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = directory;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
