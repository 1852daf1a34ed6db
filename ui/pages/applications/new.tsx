/** The page on which an application of the kind SCIM Server (Destination) is added. */
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/queries.ts';
import { type Connector, type Destination, useConnectors } from '../../parts/destinations.ts';
import { fieldId, Incomplete, useFaults } from '../../parts/faults.ts';
import { useHref } from '../../parts/href.ts';
import {
  missingIn,
  SettingsFields,
  settingsOf,
  type Values,
} from '../../parts/settings-fields.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';

/** The page. */
export default function NewApplicationPage() {
  useTitle('Add application');
  const href = useHref();
  const connectors = useConnectors();
  if (connectors.isPending) return <Loading title="Add application" />;
  const connector = connectors.data?.find(({ name }) => name === 'scim');
  if (connector === undefined)
    return <Failure error={connectors.error} retry={() => void connectors.refetch()} />;
  return (
    <s-page heading="Add application">
      <s-link slot="breadcrumb-actions" href={href('/applications')}>
        Applications
      </s-link>
      <Form connector={connector} />
      <s-section slot="aside" heading="SCIM Server (Destination)">
        <div className="narrow-stack">
          <p>
            The application gives you two values: its <b>SCIM base URL</b> and a <b>bearer token</b>{' '}
            (the part of the Authorization header after “Bearer”).
          </p>
          <p className="muted">
            In another Rollcall they are under User sync → SCIM. Nobody is sent before an App Login
            Policy gives a group this application and you switch it on.
          </p>
        </div>
      </s-section>
    </s-page>
  );
}

function Form({ connector }: { readonly connector: Connector }) {
  const { fields } = connector;
  const [name, setName] = useState('');
  const [values, setValues] = useState<Values>({});
  const [incomplete, setIncomplete] = useState<Incomplete | null>(null);
  const [, go] = useLocation();
  const href = useHref();
  const add = useChange<void, Destination>(() => ({
    path: '/destinations',
    method: 'POST',
    body: {
      connector: connector.name,
      name,
      settings: settingsOf(fields, values),
      scope: 'policies',
    },
  }));
  const names = ['name', ...fields.map((field) => `settings.${field.name}`)];
  const faults = useFaults(names, incomplete ?? add.error);
  const press = (event?: FormEvent) => {
    event?.preventDefault();
    const missing = [
      ...(name.trim() === '' ? [{ field: 'name', detail: 'A name is needed.' }] : []),
      ...missingIn(fields, values, false),
    ];
    setIncomplete(missing.length === 0 ? null : new Incomplete(missing));
    if (missing.length > 0 || add.isPending) return;
    add.mutate(undefined, { onSuccess: ({ id }) => go(`/applications/${id}?new`) });
  };
  return (
    <s-section heading="Provisioning: SCIM Server (Destination)">
      <form className="stack" onSubmit={press} noValidate>
        <s-text-field
          id={fieldId('name')}
          label="Custom application name"
          value={name}
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
          <s-button variant="primary" type="submit" loading={add.isPending}>
            Add and test
          </s-button>
          <s-button href={href('/applications')}>Cancel</s-button>
        </s-stack>
      </form>
    </s-section>
  );
}
