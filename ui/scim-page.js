/** The page *User sync → SCIM* of a tenant. */
import { activityCard } from './activity.js';
import { advancedCard } from './advanced.js';
import { ApiError, api, sentenceOf } from './api.js';
import { copyField } from './copy.js';
import { card, h } from './dom.js';
import { helpCard } from './help.js';
import { oauthCard } from './oauth.js';
import { keepFresh } from './refresh.js';
import { schemasCard } from './schemas.js';
import { destinationsPart, peopleCard } from './status.js';
import { switchesCard } from './switches.js';
import { bearerTokens } from './token-kinds.js';
import { tokensPart } from './tokens.js';
import { refreshTimes } from './when.js';

/**
 * @typedef {{ id: string, name: string, kind: string, baseUrl: string,
 *   oauth: import('./oauth.js').Client }} Source
 */

const linesShown = 12;
const [, , tenantId = ''] = location.pathname.split('/');
const content = /** @type {HTMLElement} */ (document.getElementById('content'));

/** Finds the connection to show and shows it, or why it cannot be shown. */
async function open() {
  content.setAttribute('aria-busy', 'true');
  try {
    const { tenant, sources } = await api('GET', `/tenants/${tenantId}/sources`);
    const store = document.getElementById('store');
    if (store !== null) store.textContent = tenant.shopDomain ?? tenant.name;
    content.replaceChildren(
      ...(await shown(sources.filter((/** @type {Source} */ { kind }) => kind === 'scim'))),
    );
  } catch (error) {
    content.replaceChildren(failure(error));
  } finally {
    content.removeAttribute('aria-busy');
  }
}

/** @param {unknown} error */
function failure(error) {
  const missing = error instanceof ApiError && error.status === 404;
  return h(
    'section',
    { class: 'card failure', role: 'alert' },
    h('h2', {}, missing ? 'This page is not there' : 'This page could not be loaded'),
    h('p', {}, sentenceOf(error)),
    missing
      ? h('a', { class: 'button primary', href: '/admin' }, 'To your stores')
      : h(
          'button',
          { type: 'button', class: 'button primary', onclick: () => void open() },
          'Try again',
        ),
  );
}

/**
 * @param {readonly Source[]} sources
 * @returns {Promise<readonly Node[]>}
 */
async function shown(sources) {
  const wanted = new URLSearchParams(location.search).get('source');
  const source = sources.find(({ id }) => id === wanted) ?? sources[0];
  if (source === undefined) {
    return [card('No connection', h('p', {}, 'This store has no SCIM connection yet.'))];
  }
  const choice = sources.length > 1 ? [chooser(sources, source)] : [];
  return [...choice, await connection(source)];
}

/**
 * @param {readonly Source[]} sources
 * @param {Source} chosen
 */
function chooser(sources, chosen) {
  const select = /** @type {HTMLSelectElement} */ (
    h(
      'select',
      {
        id: 'source',
        onchange: () => location.assign(`?source=${encodeURIComponent(select.value)}`),
      },
      ...sources.map(({ id, name }) =>
        h('option', { value: id, selected: id === chosen.id }, name),
      ),
    )
  );
  return h('div', { class: 'chooser' }, h('label', { for: 'source' }, 'Connection'), select);
}

/**
 * The connection as it stands, kept fresh from then on.
 * @param {Source} source
 */
async function connection({ id, baseUrl, oauth }) {
  const path = `/tenants/${tenantId}/sources/${id}`;
  const help = helpCard(baseUrl);
  const onChange = () => refresh();
  const switches = switchesCard(path, onChange);
  const tokens = tokensPart(path, bearerTokens, {
    onFresh: (made) => help.authorize(made?.authorization ?? null),
    onChange,
  });
  const client = oauthCard(path, oauth, onChange);
  const advanced = advancedCard(path, onChange);
  const schemas = schemasCard(path, onChange);
  const people = peopleCard();
  const destinations = destinationsPart();
  const activity = activityCard();
  const fault = h('div', { class: 'offline', role: 'alert' });
  const standing = h(
    'div',
    { class: 'stack' },
    people.element,
    destinations.element,
    activity.element,
  );

  const look = async () => {
    const askedAt = performance.now();
    const [source, status, list, secrets, custom, { activity: lines }] = await Promise.all([
      api('GET', path),
      api('GET', `${path}/status`),
      api('GET', `${path}/tokens`),
      api('GET', `${path}/secrets`),
      api('GET', `${path}/schemas`),
      api('GET', `/tenants/${tenantId}/activity?limit=${linesShown}&source=${id}`),
    ]);
    switches.update(source, askedAt);
    tokens.update(list);
    client.update(secrets);
    advanced.update(source, askedAt);
    schemas.update(custom);
    people.update({ status, provisioningEnabled: source.provisioningEnabled });
    destinations.update(status);
    activity.update(lines);
  };
  await look();
  const refresh = keepFresh(async () => {
    try {
      await look();
      fault.replaceChildren();
      standing.classList.remove('stale');
    } catch (error) {
      if (!fault.hasChildNodes()) fault.append(offline(error, () => refresh()));
      standing.classList.add('stale');
    }
    refreshTimes();
  });

  const url = copyField({
    id: 'base-url',
    label: 'SCIM base URL',
    value: baseUrl,
    button: 'Copy URL',
  });
  return h(
    'div',
    { class: 'columns' },
    h('div', { class: 'work stack' }, switches.element, card('Connection', url, tokens.element)),
    h('div', { class: 'aside' }, fault, standing),
    h(
      'div',
      { class: 'guide stack' },
      help.element,
      client.element,
      schemas.element,
      advanced.element,
    ),
  );
}

/**
 * @param {unknown} error
 * @param {() => void} retry
 */
function offline(error, retry) {
  return h(
    'div',
    { class: 'card failure' },
    h(
      'p',
      {},
      h('b', {}, sentenceOf(error)),
      ' What you see may be out of date. Rollcall is asked again every two seconds.',
    ),
    h('button', { type: 'button', class: 'button', onclick: retry }, 'Try now'),
  );
}

void open();
