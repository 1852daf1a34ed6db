/** Settings of a SCIM connection that most stores leave as they are. */
import { fold, h } from './dom.js';
import { choice, helpLines, onOff, settingRow } from './setting-row.js';

/** @returns {Parameters<typeof settingRow>[1][]} */
function settings() {
  return [
    {
      name: 'reactivateOnCreate',
      label: 'Bring inactive people back on create',
      help: helpLines([
        [
          'On',
          'An identity provider that creates somebody again who is inactive here gets this person back.',
        ],
        [
          'Off',
          'It is told that the person exists (409), as the standard says, and has to reactivate them.',
        ],
      ]),
      control: onOff(),
    },
    {
      name: 'invalidPhone',
      label: 'Phone numbers your store would not take',
      help: helpLines([
        [
          'Refuse',
          'The identity provider is told at once, so that somebody can correct the number.',
        ],
        ['Leave out', 'The person is accepted without the number, and the activity says so.'],
      ]),
      control: choice([
        ['refuse', 'Refuse'],
        ['drop', 'Leave out'],
      ]),
    },
    {
      name: 'unknownAttributes',
      label: 'Attributes nobody defined',
      help: helpLines([
        [
          'Ignore',
          'They are left out and named in the activity. Right for nearly every identity provider.',
        ],
        ['Keep', 'They are stored and given back as they were sent.'],
        ['Refuse', 'The request is refused (400), which finds typing errors in a mapping.'],
      ]),
      control: choice([
        ['ignore', 'Ignore'],
        ['keep', 'Keep'],
        ['refuse', 'Refuse'],
      ]),
    },
    {
      name: 'strictInterop',
      label: 'Strict interoperability profile',
      help: [
        h(
          'span',
          {},
          'Refuses what the SCIM Interoperability Profile forbids although the standard allows it: unknown attributes, and changes (PATCH) without a precise path. Leave it off for Okta and Entra ID, which send both.',
        ),
      ],
      control: onOff(),
    },
  ];
}

/**
 * @param {string} path of the source
 * @param {() => void} onSaved
 * @returns {{ element: HTMLElement, update: (source: Record<string, any>, askedAt: number) => void }}
 */
export function advancedCard(path, onSaved) {
  const rows = settings().map((one) => settingRow(path, one, onSaved));
  return {
    element: fold(
      { title: 'Advanced', more: 'How strictly requests are read' },
      ...rows.map(({ element }) => element),
    ),
    update: (source, askedAt) => {
      for (const row of rows) row.update(source, askedAt);
    },
  };
}
