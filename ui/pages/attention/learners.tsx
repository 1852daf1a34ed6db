/** Nobody can tell who learns: they are named by their addresses, or chosen from the people there are. */
import { type FormEvent, useId, useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announceDone } from '../../parts/announce.ts';
import { PersonPicker } from './person-picker.tsx';
import type { Right } from './rights.ts';

interface LearnersProps {
  /** Each for one learner. */
  readonly rights: readonly Right[];
  readonly course: string;
}

/** The form. */
export function Learners({ rights, course }: LearnersProps) {
  const [first] = rights;
  if (first === undefined) return null;
  // Two people have one address: naming it again settles nothing.
  const ambiguous =
    /@/.test(first.learner ?? '') && (first.reason ?? '').startsWith('more than one');
  if (ambiguous) return <Choose right={first} course={course} variant="primary" />;
  return <Named rights={rights} first={first} course={course} />;
}

function Named({ rights, first, course }: LearnersProps & { readonly first: Right }) {
  const [text, setText] = useState('');
  const [fault, setFault] = useState('');
  const id = useId();
  const name = useChange((emails: readonly string[]) => ({
    path: `/grants/${first.id}/learners`,
    method: 'POST',
    body: { emails },
  }));
  const several = rights.length > 1;
  const press = (event?: FormEvent) => {
    event?.preventDefault();
    const emails = text.split(/[\s,;]+/).filter((part) => part !== '');
    const wrong = emails.find((email) => !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email));
    const complaint =
      emails.length === 0
        ? 'An e-mail address is needed.'
        : wrong !== undefined
          ? `“${wrong}” is no e-mail address.`
          : emails.length > rights.length
            ? `There are ${rights.length} learners, and not ${emails.length}.`
            : '';
    setFault(complaint);
    if (complaint !== '' || name.isPending) return;
    void announceDone(name.mutateAsync(emails), `${emails.join(', ')} learns in ${course}`);
  };
  const props = {
    id,
    value: text,
    error: fault === '' && name.isError ? sentenceOf(name.error) : fault,
    onInput: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
      setText(currentTarget.value),
  };
  return (
    <form className="stack" onSubmit={press} noValidate>
      {several ? (
        <s-text-area
          {...props}
          label="Learners’ e-mail addresses"
          details={`One a line, ${rights.length} at most.`}
          rows={Math.min(rights.length, 8)}
        />
      ) : (
        <s-email-field {...props} label="Learner’s e-mail address" />
      )}
      <div className="row">
        <s-button variant="primary" type="submit" loading={name.isPending}>
          {several ? 'Name the learners' : 'Name the learner'}
        </s-button>
        {several ? null : <Choose right={first} course={course} variant="secondary" />}
      </div>
    </form>
  );
}

interface ChooseProps {
  readonly right: Right;
  readonly course: string;
  readonly variant: 'primary' | 'secondary';
}

function Choose({ right, course, variant }: ChooseProps) {
  const [open, setOpen] = useState(false);
  const choose = useChange((person: string) => ({
    path: `/grants/${right.id}/choose`,
    method: 'POST',
    body: { person },
  }));
  return (
    <>
      <div>
        <s-button variant={variant} loading={choose.isPending} onClick={() => setOpen(true)}>
          Choose a person
        </s-button>
      </div>
      <p className="fault" role="alert">
        {choose.isError ? sentenceOf(choose.error) : ''}
      </p>
      {open ? (
        <PersonPicker
          begin={right.learner?.includes('@') === true ? right.learner : ''}
          onPick={({ id, name }) =>
            void announceDone(choose.mutateAsync(id), `${name} learns in ${course}`)
          }
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}
