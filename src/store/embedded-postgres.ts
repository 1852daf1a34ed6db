import { setTimeout as delay } from 'node:timers/promises';
import { openCluster } from './embedded-cluster.ts';
import { type Listen, type Settings, stopServer } from './embedded-server.ts';
import {
  type Connection,
  DataDirectoryInUse,
  isLastOne,
  openSession,
  type Role,
  type Session,
  type SessionOptions,
} from './embedded-session.ts';

/** What the database has to say to a person: constant messages with keys, as pino logs them. */
export type Log = {
  info(keys: object, message: string): void;
  warn(keys: object, message: string): void;
};

export type EmbeddedOptions = {
  readonly dataDir: string;
  readonly role: Role;
  readonly log: Log;
  readonly listen?: Listen;
  readonly settings?: Settings;
};

/**
 * The PostgreSQL that Rollcall brings along, in `<dataDir>/postgres`: started when nobody has,
 * adopted when it runs already (its Rollcall was killed, or is another command), started again when
 * it dies under a server, and stopped by whoever leaves last.
 */
export class EmbeddedPostgres {
  readonly #options: SessionOptions;
  readonly #log: Log;
  readonly #closing: AbortController;
  readonly #lost = Promise.withResolvers<Error>();
  #session: Session;
  #recovery: Promise<void> = Promise.resolve();

  static async open({ dataDir, role, log, ...rest }: EmbeddedOptions): Promise<EmbeddedPostgres> {
    const closing = new AbortController();
    const options: SessionOptions = {
      cluster: await openCluster(dataDir),
      role,
      listen: rest.listen ?? (process.platform === 'win32' ? 'loopback' : 'socket'),
      settings: rest.settings ?? {},
      signal: closing.signal,
    };
    return new EmbeddedPostgres(options, log, closing, await openSession(options));
  }

  constructor(options: SessionOptions, log: Log, closing: AbortController, session: Session) {
    this.#options = options;
    this.#log = log;
    this.#closing = closing;
    this.#session = session;
    if (options.role === 'server') this.#watch();
  }

  /** Stays valid when PostgreSQL is started again. */
  get connection(): Connection {
    return this.#session.connection;
  }

  /** Resolves when PostgreSQL died and another Rollcall took its place: ours must end. */
  get lost(): Promise<Error> {
    return this.#lost.promise;
  }

  /** Stops PostgreSQL unless others use it: the last one out turns off the light. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#recovery;
    // With the lock held to the end, a newcomer waits for it, loses its connection, and starts anew.
    const last = await isLastOne(this.#session).catch(() => false);
    if (last) await stopServer(this.#options.cluster);
    await this.#session.client.end();
  }

  #watch(): void {
    this.#session.ended.then(() => {
      if (!this.#closing.signal.aborted) this.#recovery = this.#recover();
    });
  }

  async #recover(): Promise<void> {
    this.#log.warn({}, 'PostgreSQL is gone; joining or starting it again');
    for (let pause = 100; !this.#closing.signal.aborted; pause = Math.min(pause * 2, 10_000)) {
      try {
        this.#session = await openSession(this.#options);
        this.#log.info({}, 'PostgreSQL is back');
        this.#watch();
        return;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        if (error instanceof DataDirectoryInUse) {
          this.#lost.resolve(error);
          return;
        }
        this.#log.warn({ err: error }, 'PostgreSQL could not be started again; trying on');
        await delay(pause, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
    }
  }
}
