/** The fields of an offer, saved as a whole: for orders that are placed from then on. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import type { Destination } from '../../parts/destinations.ts';
import { fieldId, Incomplete, useFaults } from '../../parts/faults.ts';
import { SaveBar } from '../../parts/save-bar.tsx';
import { leaveFreely } from '../../shell/leaving.ts';
import type { Offer } from '../courses/offers.ts';
import { AccessCard } from './access-card.tsx';
import { CoursesCard } from './courses-card.tsx';
import { type Draft, draftOf, emptyDraft, faultsIn, fields, termsOf } from './draft.ts';
import { LearnersCard } from './learners-card.tsx';
import { RefundsCard } from './refunds-card.tsx';
import { SoldCard } from './sold-card.tsx';

interface EditorProps {
  /** `null`: a new one is made. */
  readonly offer: Offer | null;
  /** What a new one begins as. */
  readonly like?: Offer | null | undefined;
  readonly destinations: readonly Destination[];
}

/** The cards and the save bar. */
export function Editor({ offer, like = null, destinations }: EditorProps) {
  const before = offer === null ? emptyDraft : draftOf(offer.name, offer.terms);
  const [draft, setDraft] = useState(like === null ? before : draftOf(like.name, like.terms));
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const [, go] = useLocation();
  const save = useChange<Draft, Offer>((wanted) => ({
    path: offer === null ? '/offers' : `/offers/${offer.id}`,
    method: offer === null ? 'POST' : 'PUT',
    body: { name: wanted.name.trim(), terms: termsOf(wanted, offer?.terms ?? null) },
  }));
  const faults = useFaults(fields, incomplete ?? save.error);
  const changed = JSON.stringify(draft) !== JSON.stringify(before);
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const discard = () => {
    setDraft(before);
    setIncomplete(null);
    save.reset();
  };
  const press = () => {
    if (save.isPending) return;
    const missing = faultsIn(draft);
    setIncomplete(missing.length === 0 ? null : new Incomplete(missing));
    if (missing.length > 0) return;
    // The new version comes with an editor of its own: this one may be gone when it is saved.
    save.mutateAsync(draft).then(
      ({ id, name }) => {
        announce(`The offer ${name} was saved`);
        leaveFreely();
        go(`/courses/offers/${id}?saved`, { replace: true });
      },
      () => undefined,
    );
  };
  const card = { draft, change, faults };
  return (
    <>
      <SaveBar changed={changed} saving={save.isPending} onSave={press} onDiscard={discard} />
      {faults.rest === '' ? null : (
        <s-banner tone="critical" heading="Not saved">
          <p>{faults.rest}</p>
        </s-banner>
      )}
      <s-section accessibilityLabel="Name">
        <s-text-field
          id={fieldId('name')}
          label="Name of the offer"
          value={draft.name}
          details="For you alone: customers do not see it."
          maxLength={100}
          error={faults.of('name')}
          onInput={({ currentTarget }) => change({ name: currentTarget.value })}
        />
      </s-section>
      <SoldCard {...card} />
      <CoursesCard {...card} destinations={destinations} />
      <AccessCard {...card} />
      <LearnersCard {...card} />
      <RefundsCard {...card} />
    </>
  );
}
