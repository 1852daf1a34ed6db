/** What holds for everybody of the directory: how they sign in, what they may change, and custom attributes. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { CopyField } from '../../parts/copy.tsx';
import { afterSaving } from '../../parts/draft.ts';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { CustomAttributes } from '../scim/schemas.tsx';
import { DirectoryTabs } from './tabs.tsx';

interface Settings {
  readonly ownAttributes: readonly string[];
  readonly choices: readonly string[];
  readonly signInUrl: string;
  /** Whether mail can be sent. */
  readonly mail: boolean;
  /** The directory as a source. */
  readonly sourceId: string;
}

const labels: Readonly<Record<string, string>> = {
  displayName: 'Display name',
  name: 'First and last name',
  nickName: 'Nickname',
  phoneNumbers: 'Work and mobile phone',
  title: 'Title',
  department: 'Department',
  division: 'Division',
  organization: 'Organization',
  costCenter: 'Cost center',
  preferredLanguage: 'Language',
  timezone: 'Time zone',
};

/** The page. */
export default function DirectorySettingsPage() {
  useTitle('Settings', 'Directory');
  const answer = useAnswer<Settings>('/directory/sign-in-settings');
  if (answer.isPending) return <Loading title="Directory settings" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const settings = answer.data;
  return (
    <s-page heading="Directory settings">
      <DirectoryTabs here="/directory/settings" />
      <SigningIn settings={settings} />
      <OwnAttributes settings={settings} />
      <CustomAttributes source={{ id: settings.sourceId }} of="directory" />
    </s-page>
  );
}

function SigningIn({ settings: { signInUrl, mail } }: { readonly settings: Settings }) {
  return (
    <s-section heading="Signing in">
      <div className="narrow-stack">
        <CopyField label="Where people sign in" value={signInUrl} button="Copy address" />
        <dl className="traits">
          <div>
            <dt className="muted">Passwords</dt>
            <dd>
              At least 12 characters; none that many would guess, and not one’s own name or address.
            </dd>
          </div>
          <div>
            <dt className="muted">Sessions</dt>
            <dd>
              End after 12 hours without use, after 30 days, and at once when somebody is suspended.
            </dd>
          </div>
          <div>
            <dt className="muted">Forgotten passwords</dt>
            <dd>
              {mail
                ? 'People have a link sent to them.'
                : 'No mail can be sent: invite whoever forgot theirs again, and give them the link.'}
            </dd>
          </div>
        </dl>
      </div>
    </s-section>
  );
}

function OwnAttributes({ settings }: { readonly settings: Settings }) {
  const [edited, setEdited] = useState<ReadonlySet<string> | null>(null);
  const stored = new Set(settings.ownAttributes);
  const open = edited ?? stored;
  const save = useChange<readonly string[]>((ownAttributes) => ({
    path: '/directory/sign-in-settings',
    method: 'PUT',
    body: { ownAttributes },
  }));
  const turn = (name: string, on: boolean) => {
    const next = new Set(open);
    if (on) next.add(name);
    else next.delete(name);
    setEdited(next);
  };
  return (
    <s-section heading="What people may change about themselves">
      <div className="narrow-stack">
        <p className="muted">
          What they change is sent on at once. Where an application’s scope or a rule looks at an
          attribute, whoever may change it decides about themselves. User name and e-mail are never
          theirs to change.
        </p>
        {settings.choices.map((name) => (
          <s-checkbox
            key={name}
            label={labels[name] ?? name}
            checked={open.has(name)}
            onChange={({ currentTarget }) => turn(name, currentTarget.checked)}
          />
        ))}
        <p className="fault" role="alert">
          {save.isError ? `Not saved. ${sentenceOf(save.error)}` : ''}
        </p>
      </div>
      <SaveBar
        changed={settings.choices.some((name) => open.has(name) !== stored.has(name))}
        saving={save.isPending}
        onSave={() =>
          save.mutate([...open], {
            onSuccess: () => {
              setEdited(afterSaving(edited, null));
              announce('Saved');
            },
          })
        }
        onDiscard={() => {
          setEdited(null);
          save.reset();
        }}
      />
    </s-section>
  );
}
