/**
 * Builds the pages of `ui/` when they were changed since they were built: installing runs it, so that a fresh clone
 * needs one command. The server itself runs as it is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'ui', 'dist');
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');

/** Where a build ends: written last. */
const document = join(dist, 'embedded.html');

/** Whether the pages are built as their sources are now; an image has no sources to build from, nor what builds. */
export function isBuilt() {
  if (!existsSync(document)) return !existsSync(vite);
  const builtAt = statSync(document).mtimeMs;
  return newest(join(root, 'ui')) <= builtAt || !existsSync(vite);
}

function newest(folder) {
  let latest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (path === dist) continue;
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

/** Builds them with the given Node. Throws a sentence when it cannot. */
export function build(node) {
  const { status } = spawnSync(
    node,
    [vite, 'build', '--config', join(root, 'ui', 'vite.config.ts')],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
    },
  );
  if (status !== 0) throw new Error('The pages could not be built: see above.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build(process.execPath);
