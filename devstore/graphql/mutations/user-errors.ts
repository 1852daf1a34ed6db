/** Problems in the forms of `userErrors`. */
import type { Problem } from '../../shop/problem.ts';

/** `UserError`: no code, and a null field when no single field is to blame. */
export function plainErrors(problems: readonly Problem[], prefix: readonly string[] = []) {
  return problems.map(({ field, message }) => {
    const path = [...prefix, ...field];
    return { field: path.length === 0 ? null : path, message };
  });
}

/** Errors with a code, their fields below `prefix`. */
export function codedErrors(problems: readonly Problem[], prefix: readonly string[]) {
  return problems.map(({ field, message, code }) => ({
    field: [...prefix, ...field],
    message,
    code,
  }));
}

/** `BusinessCustomerUserError`: a code, and a null field when no single field is to blame. */
export function businessErrors(problems: readonly Problem[]) {
  return codedErrors(problems, []).map((error) => ({
    ...error,
    field: error.field.length === 0 ? null : error.field,
  }));
}
