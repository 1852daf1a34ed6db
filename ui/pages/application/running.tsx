/** Whether an application is worked on. */
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import type { Application } from './application.ts';

/** The card. */
export function Running({ application }: { readonly application: Application }) {
  const { id, name, state, policy } = application;
  const on = state !== 'paused';
  const change = useChange<'activate' | 'pause'>((verb) => ({
    path: `/destinations/${id}/${verb}`,
    method: 'POST',
    body: {},
  }));
  const press = (verb: 'activate' | 'pause') =>
    change.mutate(verb, {
      onSuccess: () => announce(`${name} is switched ${verb === 'activate' ? 'on' : 'off'}`),
    });
  return (
    <s-section heading="Provisioning">
      <div className="narrow-stack">
        <p className="muted">
          {on
            ? 'Changes are sent as they happen. While it is off, everything waits and is made up for.'
            : policy.groups?.length === 0
              ? 'Off. Give a group this application, look at the preview, then switch it on.'
              : 'Off. Look at the preview, then switch it on.'}
        </p>
        <p className="fault" role="alert">
          {change.isError ? sentenceOf(change.error) : ''}
        </p>
        <s-stack direction="inline" gap="small">
          {state === 'active' ? null : (
            <s-button
              variant="primary"
              loading={change.isPending}
              onClick={() => press('activate')}
            >
              {state === 'paused' ? 'Switch on' : 'Try again now'}
            </s-button>
          )}
          {on ? (
            <s-button loading={change.isPending} onClick={() => press('pause')}>
              Switch off
            </s-button>
          ) : null}
        </s-stack>
      </div>
    </s-section>
  );
}
