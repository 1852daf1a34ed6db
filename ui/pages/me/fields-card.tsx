/** The lines of the profile: those that are open are changed together. */
import { useState } from 'react';
import { announce } from '../../parts/announce.ts';
import { afterSaving } from '../../parts/draft.ts';
import { fieldId, useFaults } from '../../parts/faults.ts';
import { SaveBar } from '../../parts/save-bar.tsx';
import { type Field, type Profile, useSend } from './me.ts';

/** What browsers know of their owners (https://html.spec.whatwg.org/#autofill). */
const autocomplete = {
  displayName: 'nickname',
  givenName: 'given-name',
  familyName: 'family-name',
  title: 'organization-title',
} as const;

/** The card. */
export function FieldsCard({ profile }: { readonly profile: Profile }) {
  const open = profile.fields.filter(({ editable }) => editable);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const changed = open.filter(({ name, value }) => (typed[name] ?? value ?? '') !== (value ?? ''));
  const save = useSend(() => ({
    path: '/profile',
    method: 'PATCH',
    body: Object.fromEntries(changed.map(({ name }) => [name, typed[name] ?? ''])),
  }));
  const faults = useFaults(
    open.map(({ name }) => name),
    save.error,
  );
  const discard = () => {
    setTyped({});
    save.reset();
  };
  const press = () => {
    if (save.isPending || changed.length === 0) return;
    save.mutate(undefined, {
      onSuccess: () => {
        setTyped(afterSaving(typed, {}));
        announce('Your profile was saved');
      },
    });
  };
  return (
    <s-section heading="About you">
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          press();
        }}
      >
        <dl className="known">
          <Known label="User name" value={profile.userName} />
          {profile.email === null ? null : <Known label="E-mail" value={profile.email} />}
          {profile.fields
            .filter(({ editable }) => !editable)
            .map((field) => (
              <Known key={field.name} {...field} />
            ))}
        </dl>
        {open.map(({ name, label, value }) => (
          <s-text-field
            key={name}
            id={fieldId(name)}
            label={label}
            autocomplete={
              name in autocomplete ? autocomplete[name as keyof typeof autocomplete] : 'off'
            }
            value={typed[name] ?? value ?? ''}
            error={faults.of(name)}
            onInput={({ currentTarget }) => {
              const text = currentTarget.value;
              setTyped((before) => ({ ...before, [name]: text }));
            }}
          />
        ))}
        {faults.rest === '' ? null : (
          <p className="fault" role="alert">
            {faults.rest}
          </p>
        )}
      </form>
      <SaveBar
        changed={changed.length > 0}
        saving={save.isPending}
        onSave={press}
        onDiscard={discard}
      />
    </s-section>
  );
}

function Known({ label, value }: Pick<Field, 'label' | 'value'>) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
