/** The page *Settings → Notifications*: who is told when something stops and needs somebody. */
import { useState } from 'react';
import { useAnswer, useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { CopyField } from '../../parts/copy.tsx';
import { afterSaving } from '../../parts/draft.ts';
import { fieldId, useFaults } from '../../parts/faults.ts';
import { useHref } from '../../parts/href.ts';
import { SaveBar } from '../../parts/save-bar.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { addressesIn, type NoticeChange, type NoticeSettings } from './notices.ts';
import { TestNotice } from './test-notice.tsx';

/** The page. */
export default function NoticesPage() {
  useTitle('Notifications', 'Settings');
  const href = useHref();
  const answer = useAnswer<NoticeSettings>('/notices/settings');
  if (answer.isPending) return <Loading title="Notifications" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  return (
    <s-page heading="Notifications">
      <s-link slot="breadcrumb-actions" href={href('/settings')}>
        Settings
      </s-link>
      <p className="muted">
        You are told when a destination stops and needs somebody, when it works again, when more
        people than usual would leave, and when somebody waits for too long.
      </p>
      <Form settings={answer.data} />
      <TestNotice settings={answer.data} />
    </s-page>
  );
}

function Form({ settings }: { readonly settings: NoticeSettings }) {
  const known = {
    recipients: settings.recipients.join('\n'),
    url: settings.webhook?.url ?? '',
  };
  const [changes, setChanges] = useState<Partial<typeof known>>({});
  const [secret, setSecret] = useState<string | null>(null);
  const { recipients, url } = { ...known, ...changes };
  const changed = recipients !== known.recipients || url !== known.url;
  const save = useChange<NoticeChange, { readonly secret: string | null }>((body) => ({
    path: '/notices/settings',
    method: 'PUT',
    body,
  }));
  const faults = useFaults(['recipients', 'webhook.url'], save.error);
  const send = (kept: 'keep' | 'new', said: string) => {
    if (save.isPending) return;
    const change = {
      recipients: addressesIn(recipients),
      webhook: url.trim() === '' ? null : { url: url.trim(), secret: kept },
    };
    save.mutate(change, {
      onSuccess: (saved) => {
        setChanges(afterSaving(changes, {}));
        setSecret(saved.secret);
        announce(said);
      },
    });
  };
  const discard = () => {
    setChanges({});
    save.reset();
  };
  return (
    <>
      <s-section heading="By e-mail">
        <s-text-area
          id={fieldId('recipients')}
          label="Addresses, one a line"
          rows={3}
          value={recipients}
          disabled={settings.mail === 'off'}
          error={faults.of('recipients')}
          details={
            settings.mail === 'off'
              ? 'This installation sends no e-mail: whoever runs it has to set up a mail server first.'
              : 'At most ten.'
          }
          onInput={({ currentTarget }) =>
            setChanges({ ...changes, recipients: currentTarget.value ?? '' })
          }
        />
      </s-section>
      <s-section heading="By webhook">
        <div className="stack">
          <s-url-field
            id={fieldId('webhook.url')}
            label="Address"
            placeholder="https://example.com/notices"
            value={url}
            error={faults.of('webhook.url')}
            details="Signed as Standard Webhooks says, so that its libraries check it. Left empty: no webhook."
            onInput={({ currentTarget }) =>
              setChanges({ ...changes, url: currentTarget.value ?? '' })
            }
          />
          {secret === null ? null : (
            <s-banner tone="success" heading="Shown once: copy it now.">
              <CopyField
                label="Signing secret"
                value={secret}
                button="Copy secret"
                details="Give it to the receiver, which checks the signature with it."
                takesFocus
              />
            </s-banner>
          )}
          {settings.webhook === null || changed ? null : (
            <div>
              <s-button
                loading={save.isPending}
                onClick={() => send('new', 'A new secret was made. Copy it now.')}
              >
                New signing secret
              </s-button>
            </div>
          )}
        </div>
      </s-section>
      {faults.rest === '' ? null : (
        <p className="fault" role="alert">
          {faults.rest}
        </p>
      )}
      <SaveBar
        changed={changed}
        saving={save.isPending}
        onSave={() => send('keep', 'Notifications were saved')}
        onDiscard={discard}
      />
    </>
  );
}
