/** The page of an application: whether it works, what is sent to it, who has it, and what would happen. */
import { useParams, useSearchParams } from 'wouter';
import { ConnectionTest } from '../../parts/connection-test.tsx';
import { DestinationBadge } from '../../parts/destination-state.tsx';
import { type Connector, useConnectors } from '../../parts/destinations.ts';
import { useHref } from '../../parts/href.ts';
import { SettingsForm } from '../../parts/settings-form.tsx';
import { Failure, Loading, Missing } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { GuardCard } from '../destination/guard.tsx';
import { type Application, useApplications } from './application.ts';
import { Assigned } from './assigned.tsx';
import { GroupsThere } from './groups-there.tsx';
import { Preview } from './preview.tsx';
import { ProvisionNow } from './provision-now.tsx';
import { Running } from './running.tsx';
import { Writes } from './writes.tsx';

/** The page. */
export default function ApplicationPage() {
  const { id } = useParams<{ readonly id: string }>();
  const answer = useApplications();
  const connectors = useConnectors();
  const application = answer.data?.destinations.find((one) => one.id === id);
  const connector = connectors.data?.find(({ name }) => name === application?.connector);
  useTitle(application?.name ?? 'Application', 'Applications');
  if (answer.isPending || connectors.isPending) return <Loading title="Application" />;
  if (answer.data === undefined || connectors.data === undefined)
    return (
      <Failure
        error={answer.error ?? connectors.error}
        retry={() => {
          void answer.refetch();
          void connectors.refetch();
        }}
      />
    );
  if (application === undefined || connector === undefined)
    return <Missing text="This application is not there any more." />;
  return <Shown key={application.id} application={application} connector={connector} />;
}

interface ShownProps {
  readonly application: Application;
  readonly connector: Connector;
}

function Shown({ application, connector }: ShownProps) {
  const [search] = useSearchParams();
  const href = useHref();
  const { id, name, state, reason } = application;
  return (
    <s-page heading={name}>
      <s-link slot="breadcrumb-actions" href={href('/applications')}>
        Applications
      </s-link>
      <s-button slot="secondary-actions" href={href(`/user-sync/mapping?destination=${id}`)}>
        Attribute mapping
      </s-button>
      {connector.lists ? (
        <s-button slot="secondary-actions" href={href(`/import?destination=${id}`)}>
          Import users
        </s-button>
      ) : null}
      <s-section heading="Connection">
        <div className="stack">
          <div className="row">
            <DestinationBadge {...application} busy={false} />
            <span className="muted">{connector.title}</span>
          </div>
          {reason === null || state === 'quarantined' ? null : <p>{reason}</p>}
          <ConnectionTest destinationId={id} name={name} atOnce={search.has('new')} />
        </div>
      </s-section>
      <Writes application={application} connector={connector} />
      <Preview application={application} />
      <GuardCard destination={application} />
      <SettingsForm destination={application} connector={connector} />
      <div slot="aside" className="stack">
        <Running application={application} />
        <GroupsThere application={application} />
        <Assigned application={application} />
        <ProvisionNow application={application} />
      </div>
    </s-page>
  );
}
