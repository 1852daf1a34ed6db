/** Runs one of several things to do. */
type Run = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** The first of what is to be done goes alone, as it teaches something; the others wait until it has, however it ended. */
export function firstAlone(): Run {
  let first: Promise<unknown> | null = null;
  return async (work) => {
    if (first === null) {
      const own = work();
      first = own.catch(() => undefined);
      return own;
    }
    await first;
    return work();
  };
}
