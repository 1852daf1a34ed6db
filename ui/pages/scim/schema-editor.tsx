/** A schema extension as JSON, with what is wrong with it beside. */
import { useEffect, useRef, useState } from 'react';
import { ApiError, ask, sentenceOf } from '../../api/client.ts';
import { announce } from '../../parts/announce.ts';
import { focusOn } from '../../parts/focus.ts';
import { useTenant } from '../../shell/tenant.ts';

/** A schema extension (RFC 7643 §7). */
export interface Schema {
  readonly id: string;
  readonly resourceType: string;
  readonly attributes: readonly { readonly name: string }[];
}

/** To start from: shows each thing that one needs to know. */
const example = {
  id: 'urn:example:params:scim:schemas:extension:loyalty:1.0:User',
  name: 'Loyalty',
  description: 'What our loyalty programme knows',
  resourceType: 'User',
  attributes: [
    { name: 'tier', type: 'string', canonicalValues: ['silver', 'gold'] },
    { name: 'points', type: 'integer' },
    { name: 'interests', type: 'string', multiValued: true },
  ],
};

interface SchemaEditorProps {
  readonly path: string;
  /** `null` for a new one. */
  readonly schema: Schema | null;
  readonly onSaved: (urn: string) => void;
  readonly onCancel: () => void;
}

/** The editor. */
export function SchemaEditor({ path, schema, onSaved, onCancel }: SchemaEditorProps) {
  const { tenantId } = useTenant();
  const [text, setText] = useState(() => JSON.stringify(schema ?? example, null, 2));
  const [faults, setFaults] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const area = useRef<HTMLElement>(null);
  useEffect(() => {
    focusOn(area.current);
    if (schema === null) announce('An example to change is in the text field');
  }, [schema]);
  const save = async () => {
    if (busy) return;
    setBusy(true);
    try {
      const body = read(text, schema);
      const to = `/tenants/${tenantId}${path}/${encodeURIComponent(body.id)}`;
      await ask(to, { method: 'PUT', body });
      onSaved(body.id);
    } catch (error) {
      setFaults(sentencesOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="narrow-stack">
      <s-text-area
        ref={area as never}
        label="Schema extension (JSON, RFC 7643 §7)"
        rows={16}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <div role="alert">
        <ul className="plain fault">
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      </div>
      <p className="muted">
        Types are string, boolean, integer, decimal, dateTime, reference, binary and complex (with
        subAttributes). resourceType is User or Group. Attributes you take away are no longer shown;
        what people have of them stays stored.
      </p>
      <div className="row">
        <s-button variant="primary" loading={busy} onClick={() => void save()}>
          Save attributes
        </s-button>
        <s-button variant="tertiary" onClick={onCancel}>
          Cancel
        </s-button>
      </div>
    </div>
  );
}

/** What stands in the field, when it can be a schema. Throws a sentence otherwise. */
function read(text: string, before: Schema | null): Schema {
  const body = parsed(text);
  if (typeof body?.id !== 'string' || body.id === '')
    throw new Error('id must be the URN of your extension, like the one of the example.');
  if (before !== null && body.id !== before.id)
    throw new Error('id stays as it is: for another one, add attributes and remove these.');
  return body as Schema;
}

function parsed(text: string): Partial<Schema> | null {
  try {
    return JSON.parse(text) as Partial<Schema> | null;
  } catch (error) {
    throw new Error(`This is not JSON: ${sentenceOf(error)}`);
  }
}

function sentencesOf(error: unknown): readonly string[] {
  if (!(error instanceof ApiError) || error.faults.length === 0) return [sentenceOf(error)];
  return error.faults.map(
    ({ field, detail }) => `${field === '' ? 'The schema' : field} ${detail}`,
  );
}
