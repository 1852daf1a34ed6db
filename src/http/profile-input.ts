/** What the pages of those who sign in send, checked once at the edge. */
import { z } from 'zod';

const userNameMend = 'must be your user name';
const userName = z.string(userNameMend).trim().min(1, userNameMend).max(512, userNameMend);

const passwordMend = 'must be a password';
/** Longer than any that is taken: which are, its rules say. */
const password = z.string(passwordMend).min(1, passwordMend).max(1_000, passwordMend);

const tokenMend = 'must be what the link ends with';
const token = z.string(tokenMend).min(1, tokenMend).max(200, tokenMend);

/** Who signs in. */
export const signInInput = z.strictObject({ userName, password });

/** A password in place of another. */
export const passwordInput = z.strictObject({ currentPassword: password, password });

/** Who has forgotten their password. */
export const resetRequestInput = z.strictObject({ userName });

/** Whose link it is. */
export const linkInput = z.strictObject({ token });

/** A password that is set by a link. */
export const resetInput = z.strictObject({ token, password });

const valueMend = 'must be a text of at most 200 characters, or null';

/** What somebody changes about themselves. */
export const profileInput = z.record(
  z.string(),
  z
    .string(valueMend)
    .trim()
    .max(200, valueMend)
    .transform((text) => (text === '' ? null : text))
    .nullable(),
  'must be an object with the lines to change',
);
