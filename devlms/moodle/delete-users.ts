/** `core_user_delete_users`: the row stays, made nobody's; address and username are free again. */
import { createHash } from 'node:crypto';
import { MoodleError, moodleException } from '../errors.ts';
import { removeEverywhere } from '../site/enrolments.ts';
import { type Site, seconds } from '../site/site.ts';
import { findUser, findUsername, guestId, saveUser, type User } from '../site/users.ts';
import { requireCapability } from './capabilities.ts';
import { type Call, webFunction } from './function.ts';
import { list, required } from './parameters.ts';
import { integer } from './values.ts';

/** `core_user_delete_users`. */
export const deleteUsers = webFunction(
  { userids: required(list(integer)) },
  (call, { userids }) => {
    requireCapability(call, 'moodle/user:delete');
    call.site.database.transaction(() => {
      for (const id of userids) deleteUser(call, id);
    });
    return null;
  },
);

function deleteUser({ site, user: caller }: Call, id: number): void {
  const user = findUser(site, id);
  if (!user || user.deleted)
    throw new MoodleError('dml_missing_record_exception', 'invaliduser', 'Invalid user');
  if (user.siteAdmin)
    throw moodleException('useradminodelete', 'Administrator accounts cannot be deleted.');
  if (user.id === caller.id)
    throw moodleException('usernotdeletederror', 'User not deleted - error');
  // The guest stays, and nobody is told.
  if (user.id !== guestId) anonymise(site, user);
}

/** Takes somebody out of every course and empties what told who they were. */
export function anonymise(site: Site, user: User): void {
  removeEverywhere(site, user.id);
  saveUser(site, {
    ...user,
    username: freeName(site, user),
    email: createHash('md5').update(user.username).digest('hex'),
    idnumber: '',
    passwordDigest: '',
    preferences: {},
    deleted: true,
  });
}

function freeName(site: Site, { email }: User): string {
  const start = seconds(site);
  for (let moment = start; ; moment += 1) {
    const name = `${email.slice(0, 88)}.${moment}`;
    if (!findUsername(site, name)) return name;
  }
}
