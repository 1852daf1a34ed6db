/** Checking the body of a request. */
import type { z } from 'zod';
import { HttpError } from './exchange.ts';

/** What the schema makes of the body; a mistake is answered 422 with where it is. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    field: path.map(String),
    message,
  }));
  throw new HttpError(422, { errors });
}
