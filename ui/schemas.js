/** Custom attributes: the schema extensions that were defined for a connection. */
import { api } from './api.js';
import { ask } from './confirm-dialog.js';
import { announce, fold, h, painter } from './dom.js';
import { schemaEditor } from './schema-editor.js';

/**
 * @typedef {{ id: string, name?: string, description?: string, resourceType: string,
 *   attributes: readonly { name: string }[] }} Schema
 */

/** What becomes of values when the definition goes. */
const kept =
  'What people already have of it stays stored. It is not shown until the attributes are defined again.';

/**
 * @param {string} path of the source
 * @param {() => void} onChange
 * @returns {{ element: HTMLElement, update: (answer: { schemas: readonly Schema[] }) => void }}
 */
export function schemasCard(path, onChange) {
  const heading = h(
    'h3',
    { id: 'schemas-heading', class: 'in-use', tabindex: '-1' },
    'Defined attributes',
  );
  const list = h('ul', { class: 'tokens', 'aria-labelledby': 'schemas-heading' });
  const place = h('div');
  const add = h(
    'button',
    { type: 'button', class: 'button primary', onclick: () => edit(null) },
    'Add attributes',
  );

  const close = () => {
    place.replaceChildren();
    add.hidden = false;
  };
  /** @param {Schema | null} schema */
  const edit = (schema) => {
    const editor = schemaEditor(path, schema, {
      onSaved: (urn) => {
        close();
        announce(`The attributes of ${urn} were saved`);
        onChange();
        heading.focus();
      },
      onCancel: () => {
        close();
        add.focus();
      },
    });
    add.hidden = true;
    place.replaceChildren(editor.element);
    editor.focus();
  };
  /** @param {Schema} schema */
  const remove = ({ id }) => {
    ask({
      title: 'Remove these attributes?',
      text: `${id} is no longer known to your identity provider. ${kept}`,
      button: 'Remove attributes',
      failed: 'Not removed.',
      act: () => api('DELETE', `${path}/schemas/${encodeURIComponent(id)}`),
      onDone: () => {
        announce(`The attributes of ${id} were removed`);
        onChange();
        heading.focus();
      },
    });
  };
  const paint = painter(list, (/** @type {readonly Schema[]} */ schemas) =>
    schemas.length === 0 ? [none()] : schemas.map((schema) => line(schema, { edit, remove })),
  );
  return {
    element: fold(
      { title: 'Custom attributes', more: 'What your identity provider knows beyond the standard' },
      h(
        'p',
        { class: 'help lead-in' },
        'A SCIM schema extension names further attributes of people or groups. Once it is defined here, what is sent is checked, stored and given back.',
      ),
      heading,
      list,
      place,
      add,
    ),
    update: ({ schemas }) => paint(schemas),
  };
}

function none() {
  return h('li', { class: 'none' }, 'None. The standard attributes of a person are always known.');
}

/**
 * @param {Schema} schema
 * @param {{ edit: (schema: Schema) => void, remove: (schema: Schema) => void }} actions
 */
function line(schema, { edit, remove }) {
  const { id, attributes, resourceType } = schema;
  const names = attributes.map(({ name }) => name).join(', ');
  return h(
    'li',
    {},
    h('code', { class: 'urn' }, id),
    h('span', { class: 'facts' }, `${resourceType} · ${names}`),
    button('Edit', 'button', schema, edit),
    button('Remove', 'button danger-text', schema, remove),
  );
}

/**
 * @param {string} verb
 * @param {string} style
 * @param {Schema} schema
 * @param {(schema: Schema) => void} act
 */
function button(verb, style, schema, act) {
  return h(
    'button',
    {
      type: 'button',
      class: style,
      'data-key': `${verb} ${schema.id}`,
      'aria-label': `${verb} ${schema.id}`,
      onclick: () => act(schema),
    },
    verb,
  );
}
