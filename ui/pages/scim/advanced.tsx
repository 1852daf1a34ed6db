/** Settings of a SCIM connection that most stores leave as they are. */
import { Fold } from '../../parts/fold.tsx';
import { ChoiceSetting, SwitchSetting } from './setting.tsx';
import type { Source } from './source.ts';

/** The folded card. */
export function Advanced({ source }: { readonly source: Source }) {
  return (
    <Fold title="Advanced" more="How strictly requests are read">
      <div className="stack divided">
        <SwitchSetting
          source={source}
          name="reactivateOnCreate"
          label="Bring inactive people back on create"
          help={[
            [
              'On',
              'An identity provider that creates somebody again who is inactive here gets this person back.',
            ],
            [
              'Off',
              'It is told that the person exists (409), as the standard says, and has to reactivate them.',
            ],
          ]}
        />
        <ChoiceSetting
          source={source}
          name="invalidPhone"
          label="Phone numbers your store would not take"
          options={[
            ['refuse', 'Refuse'],
            ['drop', 'Leave out'],
          ]}
          help={[
            [
              'Refuse',
              'The identity provider is told at once, so that somebody can correct the number.',
            ],
            ['Leave out', 'The person is accepted without the number, and the activity says so.'],
          ]}
        />
        <ChoiceSetting
          source={source}
          name="unknownAttributes"
          label="Attributes nobody defined"
          options={[
            ['ignore', 'Ignore'],
            ['keep', 'Keep'],
            ['refuse', 'Refuse'],
          ]}
          help={[
            [
              'Ignore',
              'They are left out and named in the activity. Right for nearly every identity provider.',
            ],
            ['Keep', 'They are stored and given back as they were sent.'],
            ['Refuse', 'The request is refused (400), which finds typing errors in a mapping.'],
          ]}
        />
        <SwitchSetting
          source={source}
          name="strictInterop"
          label="Strict interoperability profile"
          help="Refuses what the SCIM Interoperability Profile forbids although the standard allows it: unknown attributes, and changes (PATCH) without a precise path. Leave it off for Okta and Entra ID, which send both."
        />
      </div>
    </Fold>
  );
}
