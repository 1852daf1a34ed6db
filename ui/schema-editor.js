/** A schema extension as JSON, with what is wrong with it beside. */
import { ApiError, api, sentenceOf } from './api.js';
import { announce, h } from './dom.js';

/** @typedef {import('./schemas.js').Schema} Schema */

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

/**
 * @param {string} path of the source
 * @param {Schema | null} schema `null` for a new one
 * @param {{ onSaved: (urn: string) => void, onCancel: () => void }} listener
 * @returns {{ element: HTMLElement, focus: () => void }}
 */
export function schemaEditor(path, schema, { onSaved, onCancel }) {
  const area = /** @type {HTMLTextAreaElement} */ (
    h('textarea', {
      id: 'schema',
      class: 'value',
      rows: '16',
      spellcheck: 'false',
      'aria-describedby': 'schema-help schema-faults',
    })
  );
  area.value = JSON.stringify(schema ?? example, null, 2);
  const faults = h('ul', { id: 'schema-faults', class: 'faults', role: 'alert' });

  /** @param {readonly string[]} sentences */
  const complain = (sentences) => {
    area.setAttribute('aria-invalid', String(sentences.length > 0));
    faults.replaceChildren(...sentences.map((sentence) => h('li', {}, sentence)));
  };
  const save = async () => {
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    try {
      const body = read(area.value, schema);
      await api('PUT', `${path}/schemas/${encodeURIComponent(body.id)}`, body);
      onSaved(body.id);
    } catch (error) {
      complain(sentencesOf(error));
    } finally {
      button.removeAttribute('aria-busy');
    }
  };
  const button = h(
    'button',
    { type: 'button', class: 'button primary', onclick: () => void save() },
    'Save attributes',
  );
  if (schema === null) announce('An example to change is in the text field');

  return {
    element: h(
      'div',
      { class: 'field editor' },
      h('label', { for: 'schema' }, 'Schema extension (JSON, RFC 7643 §7)'),
      area,
      faults,
      h(
        'p',
        { id: 'schema-help', class: 'help' },
        'Types are string, boolean, integer, decimal, dateTime, reference, binary and complex (with subAttributes). resourceType is User or Group. Attributes you take away are no longer shown; what people have of them stays stored.',
      ),
      h(
        'div',
        { class: 'fresh-foot' },
        button,
        h('button', { type: 'button', class: 'button quiet', onclick: onCancel }, 'Cancel'),
      ),
    ),
    focus: () => area.focus(),
  };
}

/**
 * @param {string} text
 * @param {Schema | null} before
 * @returns {Record<string, any> & { id: string }}
 */
function read(text, before) {
  const body = parsed(text);
  if (typeof body?.id !== 'string' || body.id === '')
    throw new Error('id must be the URN of your extension, like the one of the example.');
  if (before !== null && body.id !== before.id)
    throw new Error('id stays as it is: for another one, add attributes and remove these.');
  return body;
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`This is not JSON: ${sentenceOf(error)}`);
  }
}

/**
 * @param {unknown} error
 * @returns {readonly string[]}
 */
function sentencesOf(error) {
  if (!(error instanceof ApiError) || error.faults.length === 0) return [sentenceOf(error)];
  return error.faults.map(
    ({ field, detail }) => `${field === '' ? 'The schema' : field} ${detail}`,
  );
}
