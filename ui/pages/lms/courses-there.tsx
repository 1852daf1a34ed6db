/** The courses of a destination: that they are seen here is the best proof that the connection works. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import type { Destination } from '../../parts/destinations.ts';
import { useCatalogues } from '../courses/catalogue.ts';

const shownAtFirst = 10;

/** The card. */
export function CoursesThere({ destination }: { readonly destination: Destination }) {
  const [answer] = useCatalogues([destination.id]);
  const [all, setAll] = useState(false);
  if (answer === undefined) return null;
  const courses = answer.data?.courses ?? [];
  const shown = all ? courses : courses.slice(0, shownAtFirst);
  return (
    <s-section heading={`Courses at ${destination.name}`}>
      <s-stack gap="base">
        {answer.isPending ? <s-spinner accessibilityLabel="Loading the courses" /> : null}
        {answer.isError ? <p role="alert">{sentenceOf(answer.error)}</p> : null}
        {answer.data !== undefined && courses.length === 0 ? (
          <p className="muted">No course is seen here yet. {answer.data.help ?? ''}</p>
        ) : null}
        <ul className="plain divided">
          {shown.map(({ membership, label }) => (
            <li key={membership}>
              <span className="wide">{label}</span>
              <span className="muted">{membership}</span>
            </li>
          ))}
        </ul>
        {shown.length < courses.length ? (
          <div>
            <s-button variant="tertiary" onClick={() => setAll(true)}>
              Show all {courses.length}
            </s-button>
          </div>
        ) : null}
      </s-stack>
    </s-section>
  );
}
