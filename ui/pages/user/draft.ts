/** A user as the form has it: every field a text. */
import { emailOf, enterprise, patchOf, type User } from '../directory/directory.ts';

/** What is in the fields. */
export interface Draft {
  readonly userName: string;
  readonly email: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly displayName: string;
  readonly phone: string;
  readonly title: string;
  readonly department: string;
}

/** An empty form. */
export const blank: Draft = {
  userName: '',
  email: '',
  givenName: '',
  familyName: '',
  displayName: '',
  phone: '',
  title: '',
  department: '',
};

/** The fields of somebody who is there. */
export function draftOf(user: User): Draft {
  return {
    userName: user.userName,
    email: emailOf(user),
    givenName: user.name?.givenName ?? '',
    familyName: user.name?.familyName ?? '',
    displayName: user.displayName ?? '',
    phone: user.phoneNumbers?.[0]?.value ?? '',
    title: user.title ?? '',
    department: user[enterprise]?.department ?? '',
  };
}

/** Somebody new; without an e-mail address of their own the user name is it, where it is one. */
export function userFrom(draft: Draft): object {
  const text = trimmed(draft);
  const email = text.email || (text.userName.includes('@') ? text.userName : '');
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    userName: text.userName,
    active: true,
    ...(text.displayName === '' ? {} : { displayName: text.displayName }),
    ...(text.title === '' ? {} : { title: text.title }),
    name: given({ givenName: text.givenName, familyName: text.familyName }),
    ...(email === '' ? {} : { emails: [{ value: email, type: 'work', primary: true }] }),
    ...(text.phone === '' ? {} : { phoneNumbers: [{ value: text.phone, type: 'work' }] }),
    [enterprise]: given({ department: text.department }),
  };
}

/** Where each field is in SCIM. */
const paths: Readonly<Record<keyof Draft, string>> = {
  userName: 'userName',
  email: 'emails',
  givenName: 'name.givenName',
  familyName: 'name.familyName',
  displayName: 'displayName',
  phone: 'phoneNumbers',
  title: 'title',
  department: `${enterprise}:department`,
};

/** What changes from one to the other, and nothing else: others may change the rest meanwhile. */
export function changeOf(before: Draft, after: Draft): object {
  const names = Object.keys(paths) as (keyof Draft)[];
  const changed = names.filter((name) => before[name] !== after[name].trim());
  return patchOf(
    ...changed.map((name) => {
      const value = after[name].trim();
      const path = paths[name];
      if (value === '') return { op: 'remove', path };
      if (name === 'email')
        return { op: 'replace', path, value: [{ value, type: 'work', primary: true }] };
      if (name === 'phone') return { op: 'replace', path, value: [{ value, type: 'work' }] };
      return { op: 'replace', path, value };
    }),
  );
}

/** Whether anything differs. */
export function differs(before: Draft, after: Draft): boolean {
  return (Object.keys(before) as (keyof Draft)[]).some((name) => before[name] !== after[name]);
}

function trimmed(draft: Draft): Draft {
  return Object.fromEntries(
    Object.entries(draft).map(([name, text]) => [name, text.trim()]),
  ) as unknown as Draft;
}

/** Without what is empty. */
function given(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}
