/** How a destination is reached: the fields of its connector. What is saved is tested at once. */
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/queries.ts';
import type { Connector, Destination } from '../../parts/destinations.ts';
import { fieldId, Incomplete, useFaults } from '../../parts/faults.ts';
import { useHref } from '../../parts/href.ts';
import {
  missingIn,
  SettingsFields,
  settingsOf,
  type Values,
} from '../../parts/settings-fields.tsx';
import { kindOf } from './kinds.ts';

/** The form, and beside it where to find what it asks for. */
export function ConnectForm({ connector }: { readonly connector: Connector }) {
  const { title, fields } = connector;
  const [name, setName] = useState(title);
  const [values, setValues] = useState<Values>({});
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const [, go] = useLocation();
  const href = useHref();
  const connect = useChange<void, Destination>(() => ({
    path: '/destinations',
    method: 'POST',
    body: { connector: connector.name, name, settings: settingsOf(fields, values) },
  }));
  const names = ['name', ...fields.map((field) => `settings.${field.name}`)];
  const faults = useFaults(names, incomplete ?? connect.error);
  const press = (event?: FormEvent) => {
    event?.preventDefault();
    if (connect.isPending) return;
    const missing = [
      ...(name.trim() === '' ? [{ field: 'name', detail: 'A name is needed.' }] : []),
      ...missingIn(fields, values, false),
    ];
    setIncomplete(missing.length === 0 ? null : new Incomplete(missing));
    if (missing.length > 0) return;
    connect.mutate(undefined, { onSuccess: ({ id }) => go(`/courses/lms/${id}?new`) });
  };
  const { steps } = kindOf(connector.name);
  return (
    <>
      <s-section heading="How it is reached">
        <form className="stack" onSubmit={press} noValidate>
          <s-text-field
            id={fieldId('name')}
            label="Name"
            value={name}
            details="What you call it on these pages."
            error={faults.of('name')}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
          <SettingsFields
            fields={fields}
            values={values}
            onChange={(change) => setValues((before) => ({ ...before, ...change }))}
            faults={faults}
            kept={false}
          />
          <p className="fault" role="alert">
            {faults.rest}
          </p>
          <s-stack direction="inline" gap="small">
            <s-button variant="primary" type="submit" loading={connect.isPending}>
              Connect and test
            </s-button>
            <s-button href={href('/courses/connect')}>Cancel</s-button>
          </s-stack>
          <p className="muted">
            Secrets are encrypted and never shown again. Nobody is enrolled before you switch the
            connection on.
          </p>
        </form>
      </s-section>
      {steps.length === 0 ? null : (
        <s-section slot="aside" heading="Where to find these">
          <ol className="steps">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </s-section>
      )}
    </>
  );
}
