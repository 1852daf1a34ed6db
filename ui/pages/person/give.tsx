/** Giving somebody a course, tag or group by hand. */
import { useState } from 'react';
import { ask, sentenceOf } from '../../api/client.ts';
import { announce } from '../../parts/announce.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { fieldId, Incomplete, useFaults } from '../../parts/faults.ts';
import { useTenant } from '../../shell/tenant.ts';
import { useCatalogues } from '../courses/catalogue.ts';
import type { Person } from './person.ts';

interface GiveProps {
  readonly person: Person;
  /** Where something can be given. */
  readonly destinations: readonly { readonly id: string; readonly name: string }[];
  readonly onClose: () => void;
  readonly onGiven: () => void;
}

/** In the order of the dialog. */
const fields = ['destination', 'membership', 'note', 'endsAt'];

/** More are searched, not scrolled through. */
const few = 15;

/** The dialog; it is there while it is open. */
export function Give({ person, destinations, onClose, onGiven }: GiveProps) {
  const { tenantId } = useTenant();
  const [destination, setDestination] = useState(destinations[0]?.id ?? '');
  const [membership, setMembership] = useState('');
  const [note, setNote] = useState('');
  const [until, setUntil] = useState('');
  const [error, setError] = useState<unknown>(null);
  const faults = useFaults(fields, error);
  const [busy, setBusy] = useState(false);
  const give = async () => {
    setBusy(true);
    setError(null);
    try {
      refuseMissing({ membership, note });
      const body = { person: person.id, destination, membership: membership.trim(), note };
      const endsAt = until === '' ? null : endOf(until);
      await ask(`/tenants/${tenantId}/grants`, { method: 'POST', body: { ...body, endsAt } });
      announce(`Given to ${person.name}`);
      onGiven();
      return true;
    } catch (cause) {
      setError(cause);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      heading={`Give ${person.name} a course`}
      button="Give"
      press={give}
      busy={busy}
      focus={fieldId('destination')}
      onClose={onClose}
    >
      <s-select
        label="Where"
        id={fieldId('destination')}
        value={destination}
        error={faults.of('destination')}
        onChange={({ currentTarget }) => {
          setDestination(currentTarget.value ?? '');
          setMembership('');
        }}
      >
        {destinations.map((one) => (
          <s-option key={one.id} value={one.id}>
            {one.name}
          </s-option>
        ))}
      </s-select>
      <What
        destination={destination}
        value={membership}
        fault={faults.of('membership')}
        onChange={setMembership}
      />
      <s-text-field
        label="Why"
        id={fieldId('note')}
        details="Kept with it, for whoever asks later."
        value={note}
        error={faults.of('note')}
        onInput={({ currentTarget }) => setNote(currentTarget.value ?? '')}
      />
      <s-date-field
        label="Until"
        id={fieldId('endsAt')}
        details="The last day. Left empty, it has no end."
        value={until}
        error={faults.of('endsAt')}
        onChange={({ currentTarget }) => setUntil(currentTarget.value ?? '')}
      />
      <p className="fault" role="alert">
        {faults.rest === '' ? '' : `Not given. ${faults.rest}`}
      </p>
    </Dialog>
  );
}

interface WhatProps {
  readonly destination: string;
  readonly value: string;
  readonly fault: string;
  readonly onChange: (membership: string) => void;
}

/** What is given: chosen where the destination can list it, else written. */
function What({ destination, value, fault, onChange }: WhatProps) {
  const [answer] = useCatalogues([destination]);
  const [words, setWords] = useState('');
  const { courses = [], help } = answer?.data ?? {};
  if (answer?.isPending !== false)
    return <s-spinner accessibilityLabel="Loading what can be given" />;
  if (courses.length === 0)
    return (
      <s-text-field
        label="What"
        id={fieldId('membership')}
        details={answer.error === null ? (help ?? '') : sentenceOf(answer.error)}
        value={value}
        error={fault}
        onInput={({ currentTarget }) => onChange(currentTarget.value ?? '')}
      />
    );
  const wanted = words.trim().toLowerCase();
  const shown = courses.filter(({ label }) => label.toLowerCase().includes(wanted));
  return (
    <>
      {courses.length <= few ? null : (
        <s-search-field
          label="Search courses"
          value={words}
          onInput={({ currentTarget }) => setWords(currentTarget.value ?? '')}
        />
      )}
      <s-select
        label="What"
        id={fieldId('membership')}
        placeholder={shown.length === 0 ? 'Nothing is called like that' : 'Choose'}
        value={value}
        error={fault}
        onChange={({ currentTarget }) => onChange(currentTarget.value ?? '')}
      >
        {shown.map((entry) => (
          <s-option key={entry.membership} value={entry.membership}>
            {entry.within === null ? entry.label : `${entry.within}: ${entry.label}`}
          </s-option>
        ))}
      </s-select>
    </>
  );
}

/** Throws what is missing, before it is sent. */
function refuseMissing(given: { readonly membership: string; readonly note: string }): void {
  const missing = [
    ...(given.membership.trim() === ''
      ? [{ field: 'membership', detail: 'choose what to give' }]
      : []),
    ...(given.note.trim() === '' ? [{ field: 'note', detail: 'say why, in a few words' }] : []),
  ];
  if (missing.length > 0) throw new Incomplete(missing);
}

/** The end of a day in the viewer's zone. */
function endOf(day: string): string {
  const end = new Date(`${day}T00:00:00`);
  end.setDate(end.getDate() + 1);
  return end.toISOString();
}
