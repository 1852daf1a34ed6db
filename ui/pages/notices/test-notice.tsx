/** Sends a notice to everybody who is told, and says how each of them was reached. */
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import type { NoticeSettings, TestResult } from './notices.ts';

/** The log is of whoever runs the installation. */
const shownChannels = ['webhook', 'email'];

/** The card. */
export function TestNotice({ settings }: { readonly settings: NoticeSettings }) {
  const test = useChange<void, { readonly results: readonly TestResult[] }>(() => ({
    path: '/notices/test',
    method: 'POST',
    body: {},
  }));
  const nobody = settings.webhook === null && settings.recipients.length === 0;
  const results = test.data?.results.filter(({ channel }) => shownChannels.includes(channel)) ?? [];
  const press = () =>
    test.mutate(undefined, { onSuccess: () => announce('The test notification was sent') });
  return (
    <s-section heading="Try it">
      <div className="stack">
        <p className="muted">
          {nobody
            ? 'Nobody is told yet: enter an address and save it first.'
            : 'Sends a test to everybody above, as it was saved.'}
        </p>
        <div>
          <s-button disabled={nobody} loading={test.isPending} onClick={press}>
            Send test notification
          </s-button>
        </div>
        <p className="fault" role="alert">
          {test.isError ? sentenceOf(test.error) : ''}
        </p>
        <ul className="steps-list divided" aria-label="How it went">
          {results.map(({ channel, target, error }) => (
            <li key={`${channel} ${target}`} className="step">
              <s-icon
                type={error === null ? 'check-circle-filled' : 'alert-triangle'}
                tone={error === null ? 'success' : 'critical'}
              />
              <span>
                {channel === 'webhook' ? settings.webhook?.url : target}: {error ?? 'arrived'}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </s-section>
  );
}
