/** Writing on where something was refused: what else is due to a person does not wait for what is not. */
import { DestinationError } from '../provisioning/failure.ts';

/** What is refused of a write, to be thrown once the rest is written; any other failure is thrown at once. */
export async function refusal(write: () => Promise<void>): Promise<DestinationError | null> {
  try {
    await write();
    return null;
  } catch (error) {
    if (error instanceof DestinationError && error.kind === 'rejected') return error;
    throw error;
  }
}

/** Writes the rest, then tells what was refused before it; a failure of the rest does not hide it. */
export async function despite(
  refused: DestinationError | null,
  rest: () => Promise<void>,
): Promise<void> {
  try {
    await rest();
  } catch (error) {
    if (refused === null || !(error instanceof DestinationError)) throw error;
    const message = `${error.message} ${refused.message}`;
    throw restated(error, { message, refused: [...refused.refused, ...error.refused] });
  }
  if (refused !== null) throw refused;
}

/** The same failure, with more said. */
export function restated(
  error: DestinationError,
  more: {
    readonly message?: string;
    readonly refused?: readonly string[];
    readonly made?: string;
    readonly pauseMs?: number;
  },
): DestinationError {
  const { kind, message, pauseMs, unknownOutcome, refused, code } = error;
  return new DestinationError(kind, more.message ?? message, {
    cause: error,
    unknownOutcome,
    refused,
    ...(pauseMs === null ? {} : { pauseMs }),
    ...(code === null ? {} : { code }),
    ...more,
  });
}
