/** The two switches of a SCIM connection. */
import { card } from './dom.js';
import { helpLines, onOff, settingRow } from './setting-row.js';

const switches = [
  {
    name: 'creationEnabled',
    label: 'Enable new customer creation',
    on: 'A person who matches no customer becomes a new one.',
    off: 'People are accepted and existing customers are matched, but a person who matches none waits (“creation is off”) and is released when you switch it on.',
  },
  {
    name: 'provisioningEnabled',
    label: 'Enable SCIM provisioning',
    on: 'Your identity provider can create, change and deactivate people here.',
    off: 'It is refused (403, with a sentence that says why). Nothing is lost: customers stay as they are.',
  },
];

/**
 * @param {string} path of the source
 * @param {() => void} onSaved
 * @returns {{ element: HTMLElement, update: (source: Record<string, any>, askedAt: number) => void }}
 */
export function switchesCard(path, onSaved) {
  const rows = switches.map(({ name, label, on, off }) => {
    const help = helpLines([
      ['On', on],
      ['Off', off],
    ]);
    return settingRow(path, { name, label, help, control: onOff() }, onSaved);
  });
  return {
    element: card('Switches', ...rows.map(({ element }) => element)),
    update: (source, askedAt) => {
      for (const row of rows) row.update(source, askedAt);
    },
  };
}
