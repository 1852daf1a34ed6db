/** What is looked for: the field that searches while one types, and what the list is narrowed to. */
import { useEffect, useState } from 'react';
import { type Filter, states } from './people.ts';

/** How long somebody may pause within a word. */
const pauseMs = 200;

interface FiltersProps {
  readonly filter: Filter;
  readonly sources: readonly { readonly id: string; readonly name: string }[];
  readonly onChange: (filter: Filter) => void;
}

/** The fields. */
export function Filters({ filter, sources, onChange }: FiltersProps) {
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
  return (
    <div className="filters">
      <div className="wide">
        <s-search-field
          label="Search people"
          labelAccessibilityVisibility="exclusive"
          placeholder="Name, user name or e-mail address"
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value ?? '')}
        />
      </div>
      <s-select
        label="Show"
        labelAccessibilityVisibility="exclusive"
        value={filter.state}
        onChange={({ currentTarget }) => onChange({ ...filter, state: currentTarget.value ?? '' })}
      >
        {states.map(([value, name]) => (
          <s-option key={value} value={value}>
            {name}
          </s-option>
        ))}
      </s-select>
      {sources.length < 2 ? null : (
        <s-select
          label="From"
          labelAccessibilityVisibility="exclusive"
          value={filter.source}
          onChange={({ currentTarget }) =>
            onChange({ ...filter, source: currentTarget.value ?? '' })
          }
        >
          <s-option value="">From anywhere</s-option>
          {sources.map(({ id, name }) => (
            <s-option key={id} value={id}>
              {name}
            </s-option>
          ))}
        </s-select>
      )}
    </div>
  );
}
