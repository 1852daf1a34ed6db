/** Which attribute goes into which field. */
import { useState } from 'react';
import { announce } from '../../parts/announce.ts';
import { AttributeEditor } from './attribute-editor.tsx';
import {
  type Fields,
  type MappingRule,
  wordsOfField,
  wordsOfSource,
  wordsOfTransform,
} from './policy.ts';
import type { TriedAttributes } from './try.ts';

interface AttributesProps {
  readonly heading: string;
  /** Whose they are, after what a button is called for who does not see where it stands. */
  readonly whose?: string;
  readonly form: Fields;
  readonly whenExample: string;
  /** Fields that are always filled. */
  readonly needed?: readonly string[];
  readonly mapping: readonly MappingRule[];
  readonly tried: TriedAttributes | undefined;
  /** Of whom, or what, it is tried on. */
  readonly triedOn: string;
  /** Tried, and not yet taken over. */
  readonly onTry: (mapping: readonly MappingRule[] | null) => void;
  readonly onChange: (mapping: readonly MappingRule[]) => void;
}

/** The card. */
export function Attributes(props: AttributesProps) {
  const { heading, whose = '', form, whenExample, needed = [] } = props;
  const { mapping, tried, triedOn, onTry, onChange } = props;
  const [edited, setEdited] = useState<MappingRule | 'new' | null>(null);
  const free = form.attributes.filter(({ name }) => mapping.every(({ to }) => to !== name));
  const canAdd = free.length > 0 || form.otherAttributes !== null;
  const withRule = (rule: MappingRule) =>
    mapping.some(({ to }) => to === rule.to)
      ? mapping.map((one) => (one.to === rule.to ? rule : one))
      : [...mapping, rule];
  const remove = ({ to }: MappingRule) => {
    onChange(mapping.filter((one) => one.to !== to));
    announce(`${wordsOfField(form, to).label} is not filled any more, once you save`);
  };
  return (
    <s-section heading={heading} padding="none">
      {canAdd ? (
        <s-button
          slot="secondary-actions"
          accessibilityLabel={`Add field${whose}`}
          onClick={() => setEdited('new')}
        >
          Add field
        </s-button>
      ) : null}
      <s-table>
        <s-table-header-row>
          <s-table-header listSlot="primary">Field</s-table-header>
          <s-table-header>Comes from</s-table-header>
          <s-table-header>Example</s-table-header>
          <s-table-header listSlot="inline">
            <span className="visually-hidden">Actions</span>
          </s-table-header>
        </s-table-header-row>
        <s-table-body>
          {mapping.map((rule) => {
            const { label, kind } = wordsOfField(form, rule.to);
            return (
              <s-table-row key={rule.to}>
                <s-table-cell>
                  <div className="who whole-words">
                    <span>{label}</span>
                    {kind === null ? null : <span className="muted">{kind}</span>}
                  </div>
                </s-table-cell>
                <s-table-cell>
                  <div className="who whole-words">
                    <span>{wordsOfSource(rule)}</span>
                    {rule.transform === undefined ? null : (
                      <span className="muted">{wordsOfTransform(rule.transform)}</span>
                    )}
                    {rule.only === undefined ? null : (
                      <span className="muted">Once, when it is created</span>
                    )}
                    {rule.when === undefined ? null : (
                      <span className="muted">Only when {rule.when}</span>
                    )}
                  </div>
                </s-table-cell>
                <s-table-cell>
                  <Example to={rule.to} tried={tried} />
                </s-table-cell>
                <s-table-cell>
                  <div className="actions">
                    <s-button
                      variant="tertiary"
                      accessibilityLabel={`Edit ${label}${whose}`}
                      onClick={() => setEdited(rule)}
                    >
                      Edit
                    </s-button>
                    {needed.includes(rule.to) ? null : (
                      <s-button
                        variant="tertiary"
                        tone="critical"
                        accessibilityLabel={`Remove ${label}${whose}`}
                        onClick={() => remove(rule)}
                      >
                        Remove
                      </s-button>
                    )}
                  </div>
                </s-table-cell>
              </s-table-row>
            );
          })}
        </s-table-body>
      </s-table>
      {edited === null ? null : (
        <AttributeEditor
          form={form}
          whenExample={whenExample}
          needed={needed}
          rule={edited === 'new' ? null : edited}
          free={free}
          tried={tried}
          triedOn={triedOn}
          onTry={(rule) => onTry(withRule(rule))}
          onDone={(rule) => onChange(withRule(rule))}
          onClose={() => {
            onTry(null);
            setEdited(null);
          }}
        />
      )}
    </s-section>
  );
}

interface ExampleProps {
  readonly to: string;
  readonly tried: TriedAttributes | undefined;
}

function Example({ to, tried }: ExampleProps) {
  const one = tried?.attributes.find((attribute) => attribute.to === to);
  const value = one?.result ?? one?.transformed;
  return value == null ? <span className="muted">empty</span> : <span>{value}</span>;
}
