import chromium from '@sparticuz/chromium';
import { type Browser, chromium as driver } from 'playwright-core';

/**
 * A Chromium without a window, from the npm package that ships one, so that nothing has to be
 * installed beside it. Its sandbox needs rights that a container or root does not have.
 */
export async function startBrowser(): Promise<Browser> {
  return driver.launch({
    executablePath: await chromium.executablePath(),
    args: ['--no-sandbox', '--disable-gpu'],
  });
}
