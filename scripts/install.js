/**
 * Installs the dependencies when they are missing or not those of package-lock.json, builds the pages
 * when they changed, and says nothing otherwise: `npm start` and the others run it first, so that a fresh clone needs one
 * command. Plain JavaScript without dependencies, for whatever Node (18 or newer) the host has: the
 * Node 24 that Rollcall runs on is one of the dependencies.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './build.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';
const bundledNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');

/** The Node that runs Rollcall, after installing what is missing. Throws a sentence when it cannot. */
export function install() {
  if (!isInstalled()) locked(() => isInstalled() || npmCi());
  const node = nodeOfOurs();
  if (!isBuilt()) locked(() => isBuilt() || build(node));
  return node;
}

function nodeOfOurs() {
  if (existsSync(bundledNode)) return bundledNode;
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath; // as in the image
  throw new Error(
    'Rollcall needs Node 24: install it, or the development dependencies with `npm ci`.',
  );
}

/** Whether node_modules holds what package-lock.json asks for, and the Node of the right version. */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const present = readPackages('node_modules/.package-lock.json');
  if (wanted === undefined) throw new Error('package-lock.json is missing: restore it.');
  if (present === undefined) return false;
  // An image is installed without the development dependencies: then none is there.
  const production = !Object.values(present).some((entry) => entry.dev);
  const complete = Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = present[path];
    if (found === undefined) return entry.optional || (entry.dev && production);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
  const node = wanted['node_modules/node'];
  return complete && (production || isNode(node.version));
}

/**
 * Whether the bundled Node has this version. Its package installs the binary in a step of its own,
 * which can leave another version behind; asking the binary takes 40 ms, so that the answer is kept.
 */
function isNode(version) {
  if (!existsSync(bundledNode)) return false;
  const { size, mtimeMs } = statSync(bundledNode);
  const stamp = join(root, 'node_modules', '.node-checked');
  const checked = `${version} ${size} ${mtimeMs}`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === checked) return true;
  const { stdout } = spawnSync(bundledNode, ['--version'], { encoding: 'utf8' });
  if (stdout?.trim() !== `v${version}`) return false;
  writeFileSync(stamp, checked);
  return true;
}

function npmCi() {
  process.stderr.write('Installing the dependencies of Rollcall (npm ci)\n');
  // The host's own npm and Node: the ones in node_modules are about to be deleted.
  const path = (process.env.PATH ?? '').split(delimiter);
  const PATH = path.filter((entry) => !/node_modules[\\/]\.bin$/.test(entry)).join(delimiter);
  const result = spawnSync('npm', ['ci', '--loglevel=error'], {
    cwd: root,
    env: { ...process.env, PATH },
    stdio: ['ignore', 2, 2],
    shell: windows, // npm is a .cmd there
  });
  if (result.error) throw new Error(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) {
    throw new Error('The dependencies could not be installed: npm ci failed, see above.');
  }
  if (!isInstalled()) {
    throw new Error(
      'npm ci left an incomplete installation behind. Delete node_modules, then run npm ci and see what it says.',
    );
  }
}

/** Runs an action while no other process runs it for this checkout. */
function locked(action) {
  const id = createHash('sha256').update(`${userInfo().uid} ${root}`).digest('hex').slice(0, 16);
  const lock = join(tmpdir(), `rollcall-install-${id}`);
  while (!take(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  try {
    action();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Takes a lock file, or removes that of a process that died with it, to be taken the next time. */
function take(lock) {
  // A link appears with its content: nobody can read the file before the number is in it.
  const own = `${lock}-${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const holder = holderOf(lock);
    if (holder !== undefined && !isAlive(holder)) rmSync(lock, { force: true });
    return false;
  } finally {
    rmSync(own);
  }
}

/** The process that holds the lock; undefined when it was let go this moment. */
function holderOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether another process has this number: a lock with ours is from one before us. */
function isAlive(pid) {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readPackages(file) {
  const path = join(root, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  try {
    install();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
