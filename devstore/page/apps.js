/** The apps of the store: there is one, which can be installed, opened and uninstalled. */
import { openDialog } from './dialog.js';
import { chips, element, fill } from './dom.js';
import { ask, live } from './store.js';

const home = '/apps/rollcall';

export function showApps(main) {
  const body = element('div', {}, element('p', { 'aria-busy': 'true' }, 'Loading…'));
  fill(main, element('div', { class: 'heading' }, element('h1', {}, 'Apps')), body);
  const refresh = live(() => 'app', {
    show: (app) => fill(body, appCard(app, refresh)),
    fail: (error) => {
      if (error)
        fill(body, element('p', { class: 'alert' }, 'The store does not answer. Trying again…'));
    },
  });
}

function appCard(app, refresh) {
  return element(
    'section',
    { class: 'card padded' },
    element('h2', {}, app.name),
    chips([
      [app.installed ? 'Installed' : 'Not installed', app.installed ? 'enabled' : 'disabled'],
    ]),
    app.url
      ? element('div', { class: 'actions' }, app.installed ? installed(app, refresh) : install(app))
      : element(
          'p',
          { class: 'muted' },
          'DEVSTORE_APP_URL says where its pages are: it is not set.',
        ),
  );
}

function installed(app, refresh) {
  const uninstall = () =>
    openDialog({
      title: `Uninstall ${app.name}?`,
      text: 'Its access ends at once, and it is told so.',
      label: 'Uninstall',
      danger: true,
      act: async () => {
        await ask('DELETE', 'app');
        refresh();
      },
    });
  return [
    element('a', { class: 'button primary', href: home }, 'Open app'),
    element('button', { class: 'button', type: 'button', click: uninstall }, 'Uninstall'),
  ];
}

/** As with managed installation: the merchant agrees to the scopes, and the app opens. */
function install(app) {
  const agree = () =>
    openDialog({
      title: `Install ${app.name}`,
      text: `It asks for access to: ${app.scopes.join(', ')}.`,
      label: 'Install',
      act: async () => location.assign(home),
    });
  return [
    element('button', { class: 'button primary', type: 'button', click: agree }, 'Install app'),
  ];
}
