/** The list of stores, for whoever has more than one. */
import { api, sentenceOf } from './api.js';
import { h } from './dom.js';

/** @typedef {{ id: string, name: string, shopDomain: string | null }} Tenant */

const content = /** @type {HTMLElement} */ (document.getElementById('content'));

async function open() {
  content.setAttribute('aria-busy', 'true');
  try {
    const { tenants } = await api('GET', '/tenants');
    content.replaceChildren(tenants.length === 0 ? empty() : list(tenants));
  } catch (error) {
    content.replaceChildren(failure(error));
  } finally {
    content.removeAttribute('aria-busy');
  }
}

function empty() {
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, 'No store yet'),
    h('p', {}, 'Connect a store, and it is listed here.'),
  );
}

/** @param {readonly Tenant[]} tenants */
function list(tenants) {
  return h(
    'ul',
    { class: 'card stores' },
    ...tenants.map(({ id, name, shopDomain }) =>
      h(
        'li',
        {},
        h('a', { href: `/admin/${encodeURIComponent(id)}/user-sync/scim` }, name),
        h('span', { class: 'facts' }, shopDomain ?? 'no shop'),
      ),
    ),
  );
}

/** @param {unknown} error */
function failure(error) {
  return h(
    'section',
    { class: 'card failure', role: 'alert' },
    h('h2', {}, 'This page could not be loaded'),
    h('p', {}, sentenceOf(error)),
    h(
      'button',
      { type: 'button', class: 'button primary', onclick: () => void open() },
      'Try again',
    ),
  );
}

void open();
