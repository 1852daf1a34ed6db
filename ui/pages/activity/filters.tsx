/** What of the log is looked for; the search begins while one types. */
import { useEffect, useState } from 'react';
import { type Filter, outcomes } from './log.ts';

/** How long somebody may pause within a word. */
const pauseMs = 250;

interface FiltersProps {
  readonly filter: Filter;
  readonly destinations: readonly { readonly id: string; readonly name: string }[];
  readonly onChange: (filter: Filter) => void;
}

/** The fields. */
export function Filters({ filter, destinations, onChange }: FiltersProps) {
  const [typed, setTyped] = useTyped(filter, onChange);
  const change = (name: keyof Filter) => (event: { readonly currentTarget: Valued }) =>
    onChange({ ...filter, [name]: event.currentTarget.value ?? '' });
  return (
    <div className="filters">
      <div className="wide">
        <s-search-field
          label="Search by person or group"
          placeholder="Name, user name or e-mail address"
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value ?? '')}
        />
      </div>
      <s-select label="Destination" value={filter.destination} onChange={change('destination')}>
        <s-option value="">Anywhere</s-option>
        {destinations.map(({ id, name }) => (
          <s-option key={id} value={id}>
            {name}
          </s-option>
        ))}
      </s-select>
      <s-select label="Outcome" value={filter.outcome} onChange={change('outcome')}>
        <s-option value="">Any</s-option>
        {Object.entries(outcomes).map(([value, { name }]) => (
          <s-option key={value} value={value}>
            {name}
          </s-option>
        ))}
      </s-select>
      <s-date-field label="From" value={filter.from} onChange={change('from')} />
      <s-date-field label="Until" value={filter.to} onChange={change('to')} />
    </div>
  );
}

interface Valued {
  readonly value?: string;
}

/** What is typed, and asked for after a moment. */
function useTyped(filter: Filter, onChange: (filter: Filter) => void) {
  const [typed, setTyped] = useState(filter.query);
  const [asked, setAsked] = useState(filter.query);
  // The address was changed by something else, as a button that clears it.
  if (asked !== filter.query) {
    setAsked(filter.query);
    setTyped(filter.query);
  }
  useEffect(() => {
    if (typed === asked) return;
    const timer = setTimeout(() => {
      setAsked(typed);
      onChange({ ...filter, query: typed });
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [typed, asked, filter, onChange]);
  return [typed, setTyped] as const;
}
