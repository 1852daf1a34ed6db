/** The page of a user of the directory: who they are, their groups, whether they are let in. */
import { useParams } from 'wouter';
import { useAnswer } from '../../api/queries.ts';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { nameOf, type User } from '../directory/directory.ts';
import { Access } from './access.tsx';
import { useFieldGroups } from './fields.ts';
import { Profile } from './profile.tsx';
import { SignIn } from './sign-in.tsx';
import { UserGroups } from './user-groups.tsx';

const freshMs = 5_000;

/** The page. */
export default function UserPage() {
  const { id = '' } = useParams<{ readonly id: string }>();
  const href = useHref();
  const answer = useAnswer<User>(`/directory/Users/${id}`, { everyMs: freshMs });
  const groups = useFieldGroups();
  useTitle(answer.data === undefined ? 'User' : nameOf(answer.data), 'Directory');
  if (answer.isPending || groups === undefined) return <Loading title="User" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const user = answer.data;
  return (
    <s-page heading={nameOf(user)}>
      <s-link slot="breadcrumb-actions" href={href('/directory')}>
        Users
      </s-link>
      <s-button slot="secondary-actions" href={href(`/people/${id}`)}>
        Where they stand
      </s-button>
      <Profile key={user.id} user={user} groups={groups} />
      <div slot="aside" className="stack">
        <Access user={user} />
        <UserGroups user={user} />
        <SignIn user={user} />
      </div>
    </s-page>
  );
}
