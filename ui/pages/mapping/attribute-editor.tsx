/** Where one field's value comes from, with what becomes of it beside. */
import { useState } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { fieldId, Incomplete, useFaults } from '../../parts/faults.ts';
import {
  type Field,
  type Fields,
  type MappingRule,
  pathsOf,
  wordsOfField,
  wordsOfPath,
  wordsOfTransform,
} from './policy.ts';
import type { TriedAttributes } from './try.ts';

interface AttributeEditorProps {
  readonly form: Fields;
  /** For what "only for" is an example. */
  readonly whenExample: string;
  /** Fields that are always kept up to date. */
  readonly needed: readonly string[];
  /** `null` for a new one. */
  readonly rule: MappingRule | null;
  /** The fields that nothing fills yet. */
  readonly free: readonly Field[];
  readonly tried: TriedAttributes | undefined;
  /** Of what it is tried on. */
  readonly triedOn: string;
  readonly onTry: (rule: MappingRule) => void;
  readonly onDone: (rule: MappingRule) => void;
  readonly onClose: () => void;
}

/** What the fields of the dialog hold. */
interface Draft {
  /** An attribute, or that it is one entered by name. */
  readonly to: string;
  /** Its name, without what all such begin with. */
  readonly other: string;
  /** A path, or one of the two below. */
  readonly first: string;
  readonly path: string;
  readonly constant: string;
  readonly second: string;
  /** Further ones, which the dialog leaves as they are. */
  readonly others: readonly string[];
  readonly transform: string;
  readonly when: string;
  readonly only: '' | 'create';
}

const constant = '=constant';
const otherPath = '=path';
const otherField = '=field';
const fields = ['to', 'other', 'first', 'path', 'constant', 'second', 'transform', 'when'];

/** The dialog. */
export function AttributeEditor(props: AttributeEditorProps) {
  const { form, whenExample, needed, rule, free, tried, triedOn } = props;
  const { onTry, onDone, onClose } = props;
  const [draft, setDraft] = useState(() => draftOf(rule, free));
  const [error, setError] = useState<unknown>(null);
  const faults = useFaults(fields, error);
  const paths = [
    ...new Set([...form.sources.map(({ path }) => path), ...(rule ? pathsOf(rule) : [])]),
  ];
  const change = (changed: Partial<Draft>) => {
    const next = { ...draft, ...changed };
    setDraft(next);
    if (faultsIn(next).length === 0) onTry(ruleOf(next, form));
  };
  const to = attributeOf(draft, form);
  const others = form.otherAttributes;
  const done = () => {
    const missing = faultsIn(draft);
    if (missing.length > 0) {
      setError(new Incomplete(missing));
      return false;
    }
    onDone(ruleOf(draft, form));
    return true;
  };
  const one = tried?.attributes.find((attribute) => attribute.to === to);
  return (
    <Dialog
      heading={rule === null ? 'Add a field' : wordsOfField(form, rule.to).label}
      button="Done"
      press={done}
      focus={fieldId(rule === null ? 'to' : 'first')}
      onClose={onClose}
    >
      {rule === null ? (
        <s-select
          id={fieldId('to')}
          label="Field"
          value={draft.to}
          error={faults.of('to')}
          onChange={({ currentTarget }) => change({ to: currentTarget.value ?? '' })}
        >
          {free.map((field) => (
            <s-option key={field.name} value={field.name}>
              {field.label}
            </s-option>
          ))}
          {others === null ? null : (
            <s-option value={otherField}>Another {others.label.toLowerCase()}…</s-option>
          )}
        </s-select>
      ) : null}
      {draft.to === otherField && others !== null ? (
        <s-text-field
          id={fieldId('other')}
          label={others.label}
          details={others.help}
          value={draft.other}
          error={faults.of('other')}
          onInput={({ currentTarget }) => change({ other: currentTarget.value ?? '' })}
        />
      ) : null}
      <s-select
        id={fieldId('first')}
        label="Comes from"
        value={draft.first}
        error={faults.of('first')}
        onChange={({ currentTarget }) => change({ first: currentTarget.value ?? '' })}
      >
        {paths.map((path) => (
          <s-option key={path} value={path}>
            {`${wordsOfPath(path)} (${path.replace(/^urn:.*:/, '')})`}
          </s-option>
        ))}
        <s-option value={otherPath}>Another attribute…</s-option>
        <s-option value={constant}>A fixed text…</s-option>
      </s-select>
      {draft.first === otherPath ? (
        <s-text-field
          id={fieldId('path')}
          label="Attribute"
          details={'A SCIM path, like emails[type eq "home"].value'}
          value={draft.path}
          error={faults.of('path')}
          onInput={({ currentTarget }) => change({ path: currentTarget.value ?? '' })}
        />
      ) : null}
      {draft.first === constant ? (
        <s-text-field
          id={fieldId('constant')}
          label="Text"
          value={draft.constant}
          error={faults.of('constant')}
          onInput={({ currentTarget }) => change({ constant: currentTarget.value ?? '' })}
        />
      ) : (
        <s-select
          id={fieldId('second')}
          label="If that is empty"
          value={draft.second}
          onChange={({ currentTarget }) => change({ second: currentTarget.value ?? '' })}
        >
          <s-option value="">The field is empty</s-option>
          {paths.map((path) => (
            <s-option key={path} value={path}>
              {`${wordsOfPath(path)} (${path.replace(/^urn:.*:/, '')})`}
            </s-option>
          ))}
        </s-select>
      )}
      <s-select
        id={fieldId('transform')}
        label="Written"
        value={draft.transform}
        onChange={({ currentTarget }) => change({ transform: currentTarget.value ?? '' })}
      >
        <s-option value="">As it is</s-option>
        {form.transforms.map((name) => (
          <s-option key={name} value={name}>
            {wordsOfTransform(name)}
          </s-option>
        ))}
      </s-select>
      <s-text-field
        id={fieldId('when')}
        label="Only for"
        details={`A SCIM filter, like ${whenExample}. Left empty, it is for all.`}
        value={draft.when}
        error={faults.of('when')}
        onInput={({ currentTarget }) => change({ when: currentTarget.value ?? '' })}
      />
      {needed.includes(to) ? null : (
        <s-select
          id={fieldId('only')}
          label="Kept up to date"
          value={draft.only}
          onChange={({ currentTarget }) =>
            change({ only: currentTarget.value === 'create' ? 'create' : '' })
          }
        >
          <s-option value="">Always</s-option>
          <s-option value="create">No, written once when it is created</s-option>
        </s-select>
      )}
      {tried === undefined ? null : (
        <p role="status">
          <span className="muted">For {triedOn}: </span>
          {one?.value ?? 'empty'}
          {' → '}
          <b>{one?.result ?? one?.transformed ?? 'empty'}</b>
        </p>
      )}
    </Dialog>
  );
}

function draftOf(rule: MappingRule | null, free: readonly Field[]): Draft {
  const [first, second = '', ...others] = rule === null ? [] : pathsOf(rule);
  return {
    to: rule?.to ?? free[0]?.name ?? otherField,
    other: '',
    first: rule?.constant !== undefined ? constant : (first ?? 'displayName'),
    path: '',
    constant: rule?.constant ?? '',
    second,
    others,
    transform: rule?.transform ?? '',
    when: rule?.when ?? '',
    only: rule?.only ?? '',
  };
}

function faultsIn({ to, other, first, path, constant: text }: Draft) {
  return [
    ...(to === otherField && other.trim() === ''
      ? [{ field: 'other', detail: 'say which one' }]
      : []),
    ...(first === otherPath && path.trim() === ''
      ? [{ field: 'path', detail: 'say which attribute' }]
      : []),
    ...(first === constant && text === '' ? [{ field: 'constant', detail: 'say which text' }] : []),
  ];
}

function attributeOf({ to, other }: Draft, { otherAttributes }: Fields): string {
  return to === otherField ? `${otherAttributes?.prefix ?? ''}${other.trim()}` : to;
}

function ruleOf(draft: Draft, form: Fields): MappingRule {
  const { first, path, constant: text, second, others, transform, when, only } = draft;
  const one = first === otherPath ? path.trim() : first;
  const paths = [...new Set([one, second, ...others])].filter((each) => each !== '');
  return {
    to: attributeOf(draft, form),
    ...(first === constant ? { constant: text } : { from: paths.length === 1 ? one : paths }),
    ...(when.trim() === '' ? {} : { when: when.trim() }),
    ...(transform === '' ? {} : { transform }),
    ...(only === '' ? {} : { only }),
  };
}
