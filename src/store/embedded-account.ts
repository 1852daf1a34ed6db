import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/**
 * The operating-system account that PostgreSQL runs as. `self` is ours. PostgreSQL refuses to run
 * as root, so that root runs it as `other`; `capability` then lets it pass directories that the
 * account itself may not enter, such as a checkout under /root.
 */
export type Account =
  | { readonly kind: 'self' }
  | {
      readonly kind: 'other';
      readonly uid: number;
      readonly gid: number;
      readonly capability: Capability | undefined;
    };

/** Linux capabilities that open closed directories, the weaker first (capabilities(7)). */
type Capability = 'dac_read_search' | 'dac_override';

const capabilityBits = { dac_override: 1n << 1n, dac_read_search: 1n << 2n } as const;

/** Decides who runs PostgreSQL for a data directory, or refuses with what to do instead. */
export function accountFor(directory: string, executable: string): Account {
  const self = process.getuid?.();
  const owner = ownerOf(directory);
  if (self === undefined) return { kind: 'self' };
  if (self !== 0) {
    if (owner.path === directory && owner.uid !== self) {
      throw new Error(
        `The database in ${directory} belongs to user ${owner.uid}, but Rollcall runs as user ${self}. ` +
          `Run it as that user, or hand the directory over: chown -R ${self} ${directory}`,
      );
    }
    return { kind: 'self' };
  }
  const account = owner.uid === 0 ? unprivilegedAccount() : owner;
  const { uid, gid } = account;
  return { kind: 'other', uid, gid, capability: neededCapability(account, directory, executable) };
}

/** A command line and the spawn options that run a program as an account. */
export type Command = {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: { readonly uid?: number; readonly gid?: number };
};

/** How to run a program as an account. */
export function commandAs(account: Account, file: string, args: readonly string[]): Command {
  if (account.kind === 'self') return { file, args, options: {} };
  const { uid, gid, capability } = account;
  if (capability === undefined) return { file, args, options: { uid, gid } };
  // access(2) ignores the capabilities of a process that is not root unless no_setuid_fixup is
  // set, and PostgreSQL looks for its programs with access(2). Every other capability is dropped.
  const only = `-all,+${capability}`;
  const drop = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    `--inh-caps=${only}`,
    `--ambient-caps=${only}`,
    `--bounding-set=${only}`,
  ];
  return { file: 'setpriv', args: [...drop, '--', file, ...args], options: {} };
}

type Owner = { readonly path: string; readonly uid: number; readonly gid: number };

/** The owner of a path, or of its nearest ancestor that exists. */
function ownerOf(path: string): Owner {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? ownerOf(dirname(path)) : { path, uid: stat.uid, gid: stat.gid };
}

/** `postgres` where the system has it, else `nobody`, which nearly all have. */
function unprivilegedAccount(): { readonly uid: number; readonly gid: number } {
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no account "postgres" or "nobody" to run it as. ' +
      'Run Rollcall as an ordinary user, or set DATABASE_URL.',
  );
}

function neededCapability(
  account: { readonly uid: number; readonly gid: number },
  directory: string,
  executable: string,
): Capability | undefined {
  const closed = [executable, ...ancestors(executable), ...ancestors(directory)].find(
    (path) => !mayExecute(account, path),
  );
  if (closed === undefined) return undefined;
  // Only dac_override lets a process run a file whose mode forbids it.
  const candidates: readonly Capability[] =
    closed === executable ? ['dac_override'] : ['dac_read_search', 'dac_override'];
  const held = hasSetpriv() ? effectiveCapabilities() : 0n;
  const capability = candidates.find((name) => (held & capabilityBits[name]) !== 0n);
  if (capability !== undefined) return capability;
  throw new Error(
    `PostgreSQL does not run as root, and user ${account.uid}, who would run it, may not enter ${closed}. ` +
      'Run Rollcall as an ordinary user, move it to a directory open to others, or set DATABASE_URL.',
  );
}

function ancestors(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...ancestors(parent)];
}

/** Whether the mode of a path lets an account enter it (a directory) or run it (a file). */
function mayExecute(account: { readonly uid: number; readonly gid: number }, path: string) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return true;
  const bit = stat.uid === account.uid ? 0o100 : stat.gid === account.gid ? 0o010 : 0o001;
  return (stat.mode & bit) !== 0;
}

/** util-linux's setpriv(1), which nearly every Linux has: it hands a capability to another user. */
function hasSetpriv(): boolean {
  const directories = process.env.PATH?.split(delimiter) ?? [];
  return directories.some((directory) => existsSync(join(directory, 'setpriv')));
}

/** Our own effective capabilities (proc_pid_status(5)); none where there is no /proc. */
function effectiveCapabilities(): bigint {
  if (process.platform !== 'linux') return 0n;
  const status = readFileSync('/proc/self/status', 'utf8');
  return BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
}
