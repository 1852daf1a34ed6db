/**
 * Stands in for Shopify's App Bridge (https://shopify.dev/docs/api/app-bridge-library): gives the app the global
 * `shopify` and adds an ID token to what it asks of its own server. What belongs to the admin is asked of the page
 * around (embedded-app.js).
 */
(() => {
  const admin = new URL(document.currentScript.src).origin;
  const query = new URLSearchParams(location.search);
  const apiKey = document.querySelector('meta[name="shopify-api-key"]')?.content ?? '';
  const waiting = new Map();
  let asked = 0;

  const ask = (what, input = {}) =>
    new Promise((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      parent.postMessage({ ask: what, id: asked, ...input }, admin);
    });

  /** What the page around says by itself. */
  const told = {
    answer: ({ id, answer }) => {
      waiting.get(id)?.(answer);
      waiting.delete(id);
    },
    navigate: async ({ path }) => {
      if ((await ask('leave')) === false) return;
      const link = links().find((one) => pathOf(one) === path);
      link?.dispatchEvent(new Event('shopify:navigate', { bubbles: true, cancelable: true }));
    },
    saveBarPressed: ({ index }) => {
      const bar = [...document.querySelectorAll('ui-save-bar')].find(({ id }) => id === openBar);
      bar?.querySelectorAll('button')[index]?.click();
    },
  };
  addEventListener('message', ({ source, origin, data }) => {
    if (source === parent && origin === admin && Object.hasOwn(told, data?.bridge ?? ''))
      told[data.bridge](data);
  });

  /* The navigation: links of the app that the admin shows. */

  const links = () => [...document.querySelectorAll('s-app-nav s-link, s-app-nav a')];
  const base = `/${location.pathname.split('/')[1]}`;
  const below = (path) => path.slice(base.length) || '/';
  const pathOf = (link) => below(new URL(link.getAttribute('href'), location.href).pathname);
  const tellLinks = () =>
    ask('navigation', {
      links: links().map((link) => ({ path: pathOf(link), text: link.textContent.trim() })),
    });

  class AppNav extends HTMLElement {
    #watch = new MutationObserver(tellLinks);

    connectedCallback() {
      this.hidden = true;
      this.style.display = 'none';
      this.#watch.observe(this, {
        ...{ childList: true, subtree: true, characterData: true },
        attributeFilter: ['href'],
      });
      tellLinks();
    }

    disconnectedCallback() {
      this.#watch.disconnect();
    }
  }
  customElements.define('s-app-nav', AppNav);

  /* Where the app is, for the address of the admin. */

  const moved = () =>
    setTimeout(() =>
      ask('moved', { path: below(location.pathname), title: document.title.split(' · ')[0] }),
    );
  for (const name of ['pushState', 'replaceState']) {
    const before = history[name];
    history[name] = function (...args) {
      before.apply(this, args);
      moved();
    };
  }
  addEventListener('popstate', moved);

  /* The contextual save bar. */

  let openBar = null;
  const tellBar = () => {
    const bar = openBar === null ? null : document.getElementById(openBar);
    const buttons = [...(bar?.querySelectorAll('button') ?? [])].map((button) => {
      const primary = button.getAttribute('variant') === 'primary';
      return { text: button.textContent.trim() || (primary ? 'Save' : 'Discard'), primary };
    });
    return ask('saveBar', { shown: bar !== null, buttons });
  };
  class SaveBar extends HTMLElement {
    connectedCallback() {
      this.style.display = 'none';
    }

    disconnectedCallback() {
      if (openBar === this.id) saveBar.hide(this.id);
    }

    show() {
      return saveBar.show(this.id);
    }

    hide() {
      return saveBar.hide(this.id);
    }
  }
  const saveBar = {
    show: (id) => {
      openBar = id;
      return tellBar();
    },
    hide: (id) => {
      if (openBar === id) openBar = null;
      return tellBar();
    },
    toggle: (id) => (openBar === id ? saveBar.hide(id) : saveBar.show(id)),
    leaveConfirmation: async () => {
      if ((await ask('leave')) === false) return new Promise(() => {});
    },
  };
  customElements.define('ui-save-bar', SaveBar);

  globalThis.shopify = {
    config: { apiKey, shop: query.get('shop') ?? '', host: query.get('host') ?? '', locale: 'en' },
    environment: { embedded: true, mobile: false, intent: false, pos: false },
    idToken: () => ask('idToken'),
    toast: {
      show: (message) => {
        ask('toast', { message });
        return '1';
      },
      hide: () => undefined,
    },
    saveBar,
    loading: () => undefined,
    resourcePicker: async ({ multiple } = {}) =>
      (await ask('resourcePicker', { multiple: Boolean(multiple) })) ?? undefined,
  };

  /* What the app asks of its own server carries an ID token; a refused one is asked again with a fresh one. */

  const plainFetch = globalThis.fetch;
  const withToken = async (input, init) => {
    const request = new Request(input, init);
    request.headers.set('Authorization', `Bearer ${await shopify.idToken()}`);
    return plainFetch(request);
  };
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (url.origin !== location.origin) return plainFetch(input, init);
    const again = input instanceof Request ? input.clone() : input;
    const response = await withToken(input, init);
    const refused =
      response.status === 401 &&
      response.headers.get('X-Shopify-Retry-Invalid-Session-Request') === '1';
    return refused ? withToken(again, init) : response;
  };
})();
