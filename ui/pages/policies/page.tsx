/** App Login Policies: which group has which application. */
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { ApiError, ask } from '../../api/client.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { useTenant } from '../../shell/tenant.ts';
import { type AppPolicy, useApplications, useAppPolicies } from '../application/application.ts';
import { AddPolicy } from './add.tsx';

/** The page. */
export default function PoliciesPage() {
  useTitle('App Login Policies');
  const { tenantId } = useTenant();
  const [search, setSearch] = useSearchParams();
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const answer = useAppPolicies();
  const applications = useApplications();
  if (answer.isPending || applications.isPending) return <Loading title="App Login Policies" />;
  if (answer.data === undefined || applications.data === undefined)
    return (
      <Failure
        error={answer.error ?? applications.error}
        retry={() => {
          void answer.refetch();
          void applications.refetch();
        }}
      />
    );
  const { policies } = answer.data;
  const adding = search.get('add');
  const askToRemove = (policy: AppPolicy) => {
    // Where many would leave, the first answer says how many, and what confirms it.
    let confirm = '';
    setQuestion({
      title: `Remove “${policy.name}”?`,
      text: `Whoever has ${policy.application} by the group ${policy.group ?? 'that is gone'} alone leaves it.`,
      button: 'Remove policy',
      failed: 'Not removed.',
      act: async () => {
        const query = confirm === '' ? '' : `?confirm=${encodeURIComponent(confirm)}`;
        try {
          await ask(`/tenants/${tenantId}/app-policies/${policy.id}${query}`, { method: 'DELETE' });
        } catch (error) {
          if (error instanceof ApiError && error.confirm !== null) {
            confirm = error.confirm;
            throw new Error(`${error.message.split('Nothing was')[0]}Press again to go on.`);
          }
          throw error;
        }
      },
      onDone: () => {
        announce(`${policy.name} was removed`);
        void answer.refetch();
      },
    });
  };
  const add = () => setSearch({ add: '' });
  return (
    <s-page heading="App Login Policies" inlineSize="large">
      <s-button slot="primary-action" variant="primary" onClick={add}>
        Add policy
      </s-button>
      {adding === null ? null : (
        <AddPolicy
          applications={applications.data.destinations}
          chosen={adding}
          onDone={() => {
            setSearch({});
            void answer.refetch();
          }}
        />
      )}
      <s-section padding="none" accessibilityLabel="App Login Policies">
        {policies.length === 0 ? (
          <s-empty-state heading="No policies yet">
            <p>
              A policy gives the members of a group an application, and takes it from who leaves the
              group.
            </p>
          </s-empty-state>
        ) : (
          <s-table>
            <s-table-header-row>
              <s-table-header listSlot="primary">Policy</s-table-header>
              <s-table-header>Application</s-table-header>
              <s-table-header>Group</s-table-header>
              <s-table-header>Login method</s-table-header>
              <s-table-header>Remove</s-table-header>
            </s-table-header-row>
            <s-table-body>
              {policies.map((policy) => (
                <Row key={policy.id} policy={policy} onRemove={() => askToRemove(policy)} />
              ))}
            </s-table-body>
          </s-table>
        )}
      </s-section>
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </s-page>
  );
}

function Row({ policy, onRemove }: { readonly policy: AppPolicy; readonly onRemove: () => void }) {
  const href = useHref();
  const { name, application, destinationId, group, groupId } = policy;
  return (
    <s-table-row>
      <s-table-cell>{name}</s-table-cell>
      <s-table-cell>
        <s-link href={href(`/applications/${destinationId}`)}>{application}</s-link>
      </s-table-cell>
      <s-table-cell>
        {group === null ? (
          <s-badge tone="critical">Gone</s-badge>
        ) : (
          <s-link href={href(`/directory/groups/${groupId}`)}>{group}</s-link>
        )}
      </s-table-cell>
      <s-table-cell>Password</s-table-cell>
      <s-table-cell>
        <s-button
          variant="tertiary"
          tone="critical"
          accessibilityLabel={`Remove the policy ${name}`}
          onClick={onRemove}
        >
          Remove
        </s-button>
      </s-table-cell>
    </s-table-row>
  );
}
