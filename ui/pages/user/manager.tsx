/** Somebody's manager: found among the users of the directory. */
import { useState } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { useHref } from '../../parts/href.ts';
import { PickDialog } from '../../parts/pick.tsx';
import { type Listed, nameOf, type User, usersPath } from '../directory/directory.ts';

interface ManagerFieldProps {
  readonly id: string;
  readonly label: string;
  /** The id of the manager; empty: none. */
  readonly value: string;
  readonly error: string;
  /** Nobody is their own manager. */
  readonly userId: string | null;
  readonly onValue: (id: string) => void;
}

/** The field: who it is, with what finds another. */
export function ManagerField({ id, label, value, error, userId, onValue }: ManagerFieldProps) {
  const [picking, setPicking] = useState(false);
  return (
    <div className="narrow-stack" id={id} tabIndex={-1}>
      <span>{label}</span>
      <div className="row">
        {value === '' ? <span className="muted">Nobody</span> : <Named id={value} />}
        <s-button
          accessibilityLabel={value === '' ? 'Choose the manager' : 'Choose another manager'}
          onClick={() => setPicking(true)}
        >
          Choose
        </s-button>
        {value === '' ? null : (
          <s-button
            variant="tertiary"
            accessibilityLabel="Remove the manager"
            onClick={() => onValue('')}
          >
            Remove
          </s-button>
        )}
      </div>
      <p className="fault" role="alert">
        {error}
      </p>
      {picking ? (
        <PickUser
          title="Choose the manager"
          without={userId}
          picked={value}
          onPick={onValue}
          onClose={() => setPicking(false)}
        />
      ) : null}
    </div>
  );
}

function Named({ id }: { readonly id: string }) {
  const href = useHref();
  const { data, isError } = useAnswer<User>(`/directory/Users/${id}`);
  if (isError) return <span>Somebody who is not in the directory</span>;
  return data === undefined ? (
    <span className="muted">…</span>
  ) : (
    <s-link href={href(`/directory/users/${id}`)}>{nameOf(data)}</s-link>
  );
}

interface PickUserProps {
  readonly title: string;
  readonly without: string | null;
  readonly picked: string;
  readonly onPick: (id: string) => void;
  readonly onClose: () => void;
}

function PickUser({ title, without, picked, onPick, onClose }: PickUserProps) {
  const [words, setWords] = useState('');
  const found = useAnswer<Listed<User>>(usersPath(words, 1), { keep: true });
  const users = found.data === undefined ? undefined : (found.data.Resources ?? []);
  return (
    <PickDialog
      title={title}
      searchLabel="Search users"
      found={users
        ?.filter(({ id }) => id !== without)
        .map((user) => ({ id: user.id, label: nameOf(user), more: user.userName }))}
      error={found.error}
      onSearch={setWords}
      picked={[picked]}
      onPick={onPick}
      onClose={onClose}
      single
      none="Nobody is called like that."
    />
  );
}
