/** The options of a development LMS, and how the environment says them. */

/** What a development LMS is started with. */
export interface DevLmsOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Loopback unless a test says otherwise. */
  readonly host: string;
  /** The SQLite file, or `:memory:`. */
  readonly data: string;
  /** The token of the service user that a first start makes, with a few courses; without it neither is made. */
  readonly token?: string | undefined;
  readonly now?: (() => number) | undefined;
  readonly log?: ((message: string) => void) | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The options, or every sentence that says what is wrong with them. */
export function optionsFromEnvironment(
  environment: Environment,
): { readonly options: DevLmsOptions } | { readonly faults: readonly string[] } {
  const port = Number(environment.DEVLMS_PORT ?? 3002);
  const token = environment.DEVLMS_TOKEN ?? '';
  const faults = [
    ...(Number.isInteger(port) && port >= 0 && port <= 65_535
      ? []
      : ['DEVLMS_PORT must be a port number']),
    ...(/^[0-9a-f]{32}$/.test(token)
      ? []
      : ['DEVLMS_TOKEN must be set to 32 hexadecimal digits, as the tokens of Moodle are']),
  ];
  if (faults.length > 0) return { faults };
  const data = environment.DEVLMS_DATA ?? './data/devlms.sqlite';
  return { options: { port, host: '127.0.0.1', data, token } };
}
