/** The two switches of a SCIM connection. */
import { SwitchSetting } from './setting.tsx';
import type { Source } from './source.ts';

/** The card. */
export function Switches({ source }: { readonly source: Source }) {
  return (
    <s-section heading="Switches">
      <div className="stack divided">
        <SwitchSetting
          source={source}
          name="creationEnabled"
          label="Enable new customer creation"
          help={[
            ['On', 'A person who matches no customer becomes a new one.'],
            [
              'Off',
              'People are accepted and existing customers are matched, but a person who matches none waits (“creation is off”) and is released when you switch it on.',
            ],
          ]}
        />
        <SwitchSetting
          source={source}
          name="provisioningEnabled"
          label="Enable SCIM provisioning"
          help={[
            ['On', 'Your identity provider can create, change and deactivate people here.'],
            [
              'Off',
              'It is refused (403, with a sentence that says why). Nothing is lost: customers stay as they are.',
            ],
          ]}
        />
      </div>
    </s-section>
  );
}
