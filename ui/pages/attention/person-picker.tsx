/** Picks one of the people there are. */
import { useState } from 'react';
import { useAnswer } from '../../api/queries.ts';
import { PickDialog } from '../../parts/pick.tsx';

interface Person {
  readonly id: string;
  readonly name: string | null;
  readonly userName: string | null;
  readonly email: string | null;
  readonly source: { readonly name: string };
}

interface PersonPickerProps {
  /** What is searched for at first. */
  readonly begin: string;
  readonly onPick: (person: { readonly id: string; readonly name: string }) => void;
  readonly onClose: () => void;
}

/** The dialog. */
export function PersonPicker({ begin, onPick, onClose }: PersonPickerProps) {
  const [words, setWords] = useState(begin);
  const answer = useAnswer<{ readonly people: readonly Person[] }>(
    `/people?limit=20&query=${encodeURIComponent(words)}`,
    { keep: true },
  );
  const people = answer.data?.people;
  return (
    <PickDialog
      title="Who learns?"
      searchLabel="Search people"
      begin={begin}
      found={people?.map((person) => ({
        id: person.id,
        label: nameOf(person),
        more: [person.email ?? person.userName, person.source.name].join(', '),
      }))}
      error={answer.error}
      onSearch={setWords}
      picked={[]}
      onPick={(id) => {
        const person = people?.find((one) => one.id === id);
        if (person !== undefined) onPick({ id, name: nameOf(person) });
      }}
      onClose={onClose}
      single
      none="Nobody fits."
    />
  );
}

function nameOf({ name, userName, email }: Person): string {
  return name ?? userName ?? email ?? 'Somebody without a name';
}
