/**
 * The app inside the store's admin: its page in a frame, its navigation, its save bar and its messages around it, and
 * what App Bridge asks for in its name (app-bridge.js is the other half).
 */
import { announce, element, fill } from './dom.js';
import { pickProducts } from './product-picker.js';
import { ask } from './store.js';

const home = '/apps/rollcall';

export async function showEmbeddedApp(main) {
  const app = await ask('GET', 'app');
  const origin = new URL(app.url).origin;
  const nav = element('nav', { class: 'app-nav', 'aria-label': app.name });
  const saveBar = element('div', {
    class: 'app-save-bar',
    role: 'region',
    'aria-label': 'Unsaved changes',
    hidden: true,
  });
  const toast = element('p', { class: 'app-toast', hidden: true });
  const frame = element('iframe', {
    class: 'app-frame',
    title: app.name,
    src: await addressOf(app),
    allow: 'clipboard-write',
  });
  fill(
    main,
    element(
      'div',
      { class: 'app-shell' },
      nav,
      element('div', { class: 'app-body' }, saveBar, frame),
    ),
    toast,
  );
  const tell = (type, more) => frame.contentWindow.postMessage({ bridge: type, ...more }, origin);

  const answers = {
    idToken: async () => await newToken(),
    toast: ({ message }) => showToast(toast, message),
    resourcePicker: ({ multiple }) => pickProducts({ multiple }),
    navigation: ({ links }) => showNavigation(nav, links, (path) => tell('navigate', { path })),
    moved: ({ path, title }) => {
      history.replaceState(null, '', `${home}${path === '/' ? '' : path}`);
      document.title = `${title} · ${app.name}`;
      markCurrent(nav, path);
    },
    saveBar: ({ shown, buttons }) =>
      showSaveBar(saveBar, shown ? buttons : [], (index) => tell('saveBarPressed', { index })),
    leave: () => saveBar.hidden || confirm('Leave this page? What you changed is not saved.'),
  };
  addEventListener('message', async (event) => {
    if (event.source !== frame.contentWindow || event.origin !== origin) return;
    const { ask: asked, id, ...input } = event.data ?? {};
    if (!Object.hasOwn(answers, asked ?? '')) return;
    const answer = await answers[asked](input);
    tell('answer', { id, answer: answer ?? null });
  });
}

const newToken = async () => (await ask('POST', 'id-token', { user: '1' })).idToken;

/** As Shopify opens an app: with the shop, the host and an ID token that counts once. */
async function addressOf(app) {
  const address = new URL(app.url + location.pathname.slice(home.length));
  address.search = location.search;
  for (const [name, value] of Object.entries({
    shop: app.shop,
    host: btoa(location.host),
    embedded: '1',
    locale: 'en',
    id_token: await newToken(),
  }))
    address.searchParams.set(name, value);
  return address.href;
}

function showNavigation(nav, links, go) {
  fill(
    nav,
    links.map(({ path, text }) =>
      element(
        'a',
        {
          href: home + (path === '/' ? '' : path),
          'data-path': path,
          click: (event) => {
            event.preventDefault();
            go(path);
          },
        },
        text,
      ),
    ),
  );
  markCurrent(nav, location.pathname.slice(home.length) || '/');
}

function markCurrent(nav, path) {
  for (const link of nav.children) {
    const own = link.dataset.path;
    const here = own === '/' ? path === '/' : path.startsWith(own);
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function showSaveBar(bar, buttons, press) {
  bar.hidden = buttons.length === 0;
  fill(
    bar,
    element('span', { class: 'grow' }, 'Unsaved changes'),
    buttons.map(({ text, primary }, index) =>
      element(
        'button',
        { class: primary ? 'button primary' : 'button', type: 'button', click: () => press(index) },
        text,
      ),
    ),
  );
}

let hiding;

function showToast(toast, message) {
  toast.textContent = message;
  toast.hidden = false;
  announce(message);
  clearTimeout(hiding);
  hiding = setTimeout(() => {
    toast.hidden = true;
  }, 5_000);
}
