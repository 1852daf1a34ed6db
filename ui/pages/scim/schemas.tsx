/** Custom attributes: the schema extensions that were defined for a connection, or for the directory. */
import { useCallback, useRef, useState } from 'react';
import { ask } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { focusOn } from '../../parts/focus.ts';
import { Fold } from '../../parts/fold.tsx';
import { useTenant } from '../../shell/tenant.ts';
import { type Schema, SchemaEditor } from './schema-editor.tsx';
import { pathOf, type Source } from './source.ts';

/** What becomes of values when the definition goes. */
const kept =
  'What people already have of it stays stored. It is not shown until the attributes are defined again.';

const wordsOf = {
  connection: {
    more: 'What your identity provider knows beyond the standard',
    defined: 'what is sent is checked, stored and given back',
    unknown: 'is no longer known to your identity provider',
  },
  directory: {
    more: 'What you know of people beyond the standard',
    defined: 'each has a field on the page of a user',
    unknown: 'has no fields on the page of a user any more',
  },
} as const;

interface CustomAttributesProps {
  readonly source: Pick<Source, 'id'>;
  /** Whose attributes they are. */
  readonly of?: keyof typeof wordsOf;
}

/** The folded card. */
export function CustomAttributes({ source, of = 'connection' }: CustomAttributesProps) {
  const words = wordsOf[of];
  const { tenantId } = useTenant();
  const path = `${pathOf(source)}/schemas`;
  const answer = useAnswer<{ readonly schemas: readonly Schema[] }>(path);
  const [edited, setEdited] = useState<Schema | 'new' | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const closeQuestion = useCallback(() => setQuestion(null), []);
  const heading = useRef<HTMLHeadingElement>(null);
  const add = useRef<HTMLElement>(null);
  const schemas = answer.data?.schemas ?? [];

  const cancel = () => {
    setEdited(null);
    // The button is there again with the next drawing.
    requestAnimationFrame(() => focusOn(add.current));
  };
  const saved = (urn: string) => {
    setEdited(null);
    announce(`The attributes of ${urn} were saved`);
    void answer.refetch();
    heading.current?.focus();
  };
  const remove = ({ id }: Schema) =>
    setQuestion({
      title: 'Remove these attributes?',
      text: `${id} ${words.unknown}. ${kept}`,
      button: 'Remove attributes',
      failed: 'Not removed.',
      act: () => ask(`/tenants/${tenantId}${path}/${encodeURIComponent(id)}`, { method: 'DELETE' }),
      onDone: () => {
        announce(`The attributes of ${id} were removed`);
        void answer.refetch();
        heading.current?.focus();
      },
    });
  return (
    <Fold title="Custom attributes" more={words.more}>
      <p className="muted">
        A SCIM schema extension names further attributes of people or groups. Once it is defined
        here, {words.defined}.
      </p>
      <h3 id="schemas-heading" ref={heading} tabIndex={-1}>
        Defined attributes
      </h3>
      <ul className="plain divided" aria-labelledby="schemas-heading">
        {answer.isSuccess && schemas.length === 0 ? (
          <li className="muted">None. The standard attributes of a person are always known.</li>
        ) : null}
        {schemas.map((schema) => (
          <li key={schema.id}>
            <span className="wide">
              <code>{schema.id}</code>
              <br />
              <span className="muted">
                {schema.resourceType} · {schema.attributes.map(({ name }) => name).join(', ')}
              </span>
            </span>
            <s-button accessibilityLabel={`Edit ${schema.id}`} onClick={() => setEdited(schema)}>
              Edit
            </s-button>
            <s-button
              variant="tertiary"
              tone="critical"
              accessibilityLabel={`Remove ${schema.id}`}
              onClick={() => remove(schema)}
            >
              Remove
            </s-button>
          </li>
        ))}
      </ul>
      {edited === null ? (
        <div>
          <s-button ref={add as never} variant="primary" onClick={() => setEdited('new')}>
            Add attributes
          </s-button>
        </div>
      ) : (
        <SchemaEditor
          path={path}
          schema={edited === 'new' ? null : edited}
          onSaved={saved}
          onCancel={cancel}
        />
      )}
      {question === null ? null : <Confirm question={question} onClose={closeQuestion} />}
    </Fold>
  );
}
