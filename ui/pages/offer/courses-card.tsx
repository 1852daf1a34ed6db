/** What a purchase gives: courses, picked from the catalogues of the destinations where they are held. */
import { useState } from 'react';
import { announce } from '../../parts/announce.ts';
import type { Destination } from '../../parts/destinations.ts';
import { fieldId } from '../../parts/faults.ts';
import { PickDialog } from '../../parts/pick.tsx';
import { useCatalogues, useCourseName } from '../courses/catalogue.ts';
import type { Given } from '../courses/offers.ts';
import type { CardProps } from './sold-card.tsx';

interface CoursesCardProps extends CardProps {
  /** Destinations where courses are held first. */
  readonly destinations: readonly Destination[];
}

/** The card. */
export function CoursesCard({
  draft: { courses },
  change,
  faults,
  destinations,
}: CoursesCardProps) {
  const [open, setOpen] = useState(false);
  const courseName = useCourseName(courses.map(({ destination }) => destination));
  const destinationName = (id: string) =>
    destinations.find((destination) => destination.id === id)?.name ?? id;
  const remove = (gone: Given) => {
    change({ courses: courses.filter((one) => !same(one, gone)) });
    announce(`${courseName(gone.destination, gone.membership)} was removed`);
  };
  return (
    <s-section heading="What it gives">
      <div className="stack">
        {courses.length === 0 ? (
          <p className="muted">Whoever buys is enrolled in the courses that you add here.</p>
        ) : (
          <ul className="plain divided" aria-label="Courses">
            {courses.map((course) => {
              const name = courseName(course.destination, course.membership);
              return (
                <li key={`${course.destination} ${course.membership}`}>
                  <span className="wide">
                    {name}
                    <br />
                    <span className="muted">{destinationName(course.destination)}</span>
                  </span>
                  <s-button
                    variant="tertiary"
                    icon="x"
                    accessibilityLabel={`Remove ${name}`}
                    onClick={() => remove(course)}
                  />
                </li>
              );
            })}
          </ul>
        )}
        <div id={fieldId('courses')} tabIndex={-1}>
          <s-button onClick={() => setOpen(true)}>Add courses</s-button>
        </div>
        <p className="fault" role="alert">
          {faults.of('courses')}
        </p>
      </div>
      {open ? (
        <CoursePicker
          destinations={destinations}
          courses={courses}
          onChange={(courses) => change({ courses })}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </s-section>
  );
}

interface CoursePickerProps {
  readonly destinations: readonly Destination[];
  readonly courses: readonly Given[];
  readonly onChange: (courses: readonly Given[]) => void;
  readonly onClose: () => void;
}

const shownAtOnce = 50;

function CoursePicker({ destinations, courses, onChange, onClose }: CoursePickerProps) {
  const [destinationId, setDestinationId] = useState(destinations[0]?.id ?? '');
  const [words, setWords] = useState('');
  const [shown, setShown] = useState(shownAtOnce);
  const [answer] = useCatalogues([destinationId]);
  const catalogue = answer?.data;
  const typed = words.trim();
  const fitting = catalogue?.courses.filter(({ label, membership }) =>
    `${label} ${membership}`.toLowerCase().includes(typed.toLowerCase()),
  );
  // What no catalogue lists, as a customer tag, is written as it is.
  const free = fitting?.length === 0 && typed !== '' ? [{ membership: typed, label: typed }] : [];
  const found = [...(fitting ?? []).slice(0, shown), ...free];
  const pick = (membership: string) => {
    const picked = { destination: destinationId, membership };
    const others = courses.filter((one) => !same(one, picked));
    onChange(others.length < courses.length ? others : [...courses, picked]);
  };
  return (
    <PickDialog
      title="Add courses"
      searchLabel="Search courses"
      found={
        fitting === undefined
          ? undefined
          : found.map(({ membership, label }) => ({
              id: membership,
              label,
              more:
                membership === label ? 'Not in the catalogue: taken as it is written' : membership,
            }))
      }
      error={answer?.error}
      onSearch={setWords}
      picked={courses.flatMap(({ destination, membership }) =>
        destination === destinationId ? [membership] : [],
      )}
      onPick={pick}
      onClose={onClose}
      onMore={(fitting?.length ?? 0) > shown ? () => setShown(shown + shownAtOnce) : undefined}
      none={catalogue?.help ?? 'No course fits.'}
    >
      {destinations.length > 1 ? (
        <s-select
          label="Held at"
          value={destinationId}
          onChange={({ currentTarget }) => setDestinationId(currentTarget.value)}
        >
          {destinations.map(({ id, name }) => (
            <s-option key={id} value={id}>
              {name}
            </s-option>
          ))}
        </s-select>
      ) : null}
    </PickDialog>
  );
}

function same(one: Given, other: Given): boolean {
  return (
    one.destination === other.destination &&
    one.membership.toLowerCase() === other.membership.toLowerCase()
  );
}
