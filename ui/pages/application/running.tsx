/** Whether an application is worked on. */
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { useHref } from '../../parts/href.ts';
import { When } from '../../parts/when.tsx';
import { type Application, type Standing, useStanding } from './application.ts';

const done = {
  activate: 'is switched on',
  pause: 'is switched off',
  restart: 'is looked at from the beginning',
} as const;

/** The card. */
export function Running({ application }: { readonly application: Application }) {
  const { id, name, state, policy } = application;
  const on = state !== 'paused';
  const standing = useStanding(id);
  const change = useChange<'activate' | 'pause' | 'restart'>((verb) => ({
    path: `/destinations/${id}/${verb}`,
    method: 'POST',
    body: {},
  }));
  const press = (verb: keyof typeof done) =>
    change.mutate(verb, { onSuccess: () => announce(`${name} ${done[verb]}`) });
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
        {standing.data === undefined ? null : (
          <Upkeep standing={standing.data} application={application} />
        )}
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
            <s-button loading={change.isPending} onClick={() => press('restart')}>
              Restart
            </s-button>
          ) : null}
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

interface UpkeepProps {
  readonly standing: Standing;
  readonly application: Application;
}

/** When everybody was looked at, and is again; of one that is stopped, when it is tried. */
function Upkeep({ standing: { quarantine, sweep }, application: { id, reason } }: UpkeepProps) {
  const href = useHref();
  const found = `${sweep.exact ? '' : 'At least '}${sweep.found.toLocaleString()}`;
  return (
    <>
      {quarantine === null ? null : (
        <s-banner tone="critical" heading={reason ?? 'It refuses every request.'}>
          <p>
            Nothing is lost: everything waits
            {quarantine.since === null ? null : (
              <>
                {' '}
                since <When at={quarantine.since} />
              </>
            )}
            .
            {quarantine.nextProbeAt === null ? null : (
              <>
                {' '}
                It is tried by itself <When at={quarantine.nextProbeAt} />.
              </>
            )}
          </p>
        </s-banner>
      )}
      <dl className="traits">
        <div>
          <dt className="muted">Last nightly look</dt>
          <dd>
            {sweep.underWay ? (
              'Under way'
            ) : sweep.lastAt === null ? (
              'None yet'
            ) : (
              <When at={sweep.lastAt} />
            )}
          </dd>
        </div>
        {sweep.lastAt === null ? null : (
          <div>
            <dt className="muted">Found to differ since</dt>
            <dd>
              {found} <s-link href={href(`/activity?destination=${id}`)}>See the activity</s-link>
            </dd>
          </div>
        )}
        {sweep.nextAt === null ? null : (
          <div>
            <dt className="muted">Next nightly look</dt>
            <dd>
              <When at={sweep.nextAt} />
            </dd>
          </div>
        )}
      </dl>
      {sweep.earlier.length === 0 ? null : (
        <details className="fold">
          <summary>Earlier nightly looks</summary>
          <ul className="plain">
            {sweep.earlier.map((at) => (
              <li key={at}>
                <When at={at} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
