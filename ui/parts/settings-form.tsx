/** How a destination is reached, to be changed; its secrets are never shown again. */
import { useState } from 'react';
import { useChange } from '../api/queries.ts';
import { announce } from './announce.ts';
import type { Connector, Destination } from './destinations.ts';
import { afterSaving } from './draft.ts';
import { Incomplete, useFaults } from './faults.ts';
import { SaveBar } from './save-bar.tsx';
import { missingIn, SettingsFields, settingsOf, type Values } from './settings-fields.tsx';

interface SettingsFormProps {
  readonly destination: Destination;
  readonly connector: Connector;
}

/** The card. */
export function SettingsForm({ destination, connector: { fields } }: SettingsFormProps) {
  const [changes, setChanges] = useState<Values>({});
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const values = { ...destination.settings, ...changes };
  const changed = fields.some(
    ({ name }) => (values[name] ?? '') !== (destination.settings[name] ?? ''),
  );
  const save = useChange(() => ({
    path: `/destinations/${destination.id}/settings`,
    method: 'PUT',
    body: { settings: settingsOf(fields, values) },
  }));
  const faults = useFaults(
    fields.map(({ name }) => `settings.${name}`),
    incomplete ?? save.error,
  );
  const discard = () => {
    setChanges({});
    setIncomplete(null);
    save.reset();
  };
  const press = () => {
    const missing = missingIn(fields, values, true);
    setIncomplete(missing.length === 0 ? null : new Incomplete(missing));
    if (missing.length > 0 || save.isPending) return;
    save.mutate(undefined, {
      onSuccess: () => {
        setChanges(afterSaving(changes, {}));
        announce('The settings were saved');
      },
    });
  };
  return (
    <s-section heading="How it is reached">
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          press();
        }}
      >
        <SettingsFields
          fields={fields}
          values={values}
          onChange={(change) => setChanges((before) => ({ ...before, ...change }))}
          faults={faults}
          kept
        />
        <p className="fault" role="alert">
          {faults.rest}
        </p>
      </form>
      <SaveBar changed={changed} saving={save.isPending} onSave={press} onDiscard={discard} />
    </s-section>
  );
}
