/**
 * Puts a site back to where people come in: nobody but those with a token, the guest and the
 * administrator, nobody enrolled, every setting as it usually is. Courses stay, and ids go on
 * counting: what was there once is never taken for something new.
 */
import type { Site } from './site.ts';
import { adminId, guestId } from './users.ts';

/** Does it, all or nothing. */
export function resetSite({ database }: Site): void {
  database.transaction(() => {
    for (const table of ['enrolments', 'role_assignments', 'settings'])
      database.statement(`DELETE FROM ${table}`).run();
    database
      .statement(
        'DELETE FROM users WHERE id NOT IN (?, ?) AND id NOT IN (SELECT user_id FROM tokens)',
      )
      .run(guestId, adminId);
    database.statement('UPDATE users SET suspended = 0').run();
  });
}
