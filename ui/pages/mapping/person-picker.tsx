/** Somebody real to look at while one edits. */
import { useState } from 'react';
import { useAnswer } from '../../api/queries.ts';

/** Somebody who can be picked. */
export interface Somebody {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly userName: string;
}

interface PersonPickerProps {
  readonly onPick: (person: Somebody) => void;
}

const shown = 5;

/** A field that searches, and whom it finds. */
export function PersonPicker({ onPick }: PersonPickerProps) {
  const [words, setWords] = useState('');
  const query = words.trim();
  const { data } = useAnswer<{ readonly people: readonly Somebody[] }>(
    `/people?limit=${shown}&query=${encodeURIComponent(query)}`,
    { keep: true, enabled: query !== '' },
  );
  const pick = (person: Somebody) => {
    setWords('');
    onPick(person);
  };
  return (
    <div className="narrow-stack">
      <s-search-field
        label="Look at somebody else"
        placeholder="Name or e-mail address"
        value={words}
        onInput={({ currentTarget }) => setWords(currentTarget.value ?? '')}
      />
      {query === '' || data === undefined ? null : data.people.length === 0 ? (
        <p className="muted" role="status">
          Nobody is called like that.
        </p>
      ) : (
        <ul className="plain" aria-label="People found">
          {data.people.map((person) => (
            <li key={person.id}>
              <s-button onClick={() => pick(person)}>{person.name}</s-button>
              <span className="wide muted">{person.email ?? person.userName}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
