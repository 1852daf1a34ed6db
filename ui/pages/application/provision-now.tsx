/** One person, at once: looked at again, with each step told. */
import { useEffect, useState } from 'react';
import { ask, sentenceOf } from '../../api/client.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { PickDialog } from '../../parts/pick.tsx';
import { useTenant } from '../../shell/tenant.ts';
import { type Listed, nameOf, type User, usersPath } from '../directory/directory.ts';
import type { Application } from './application.ts';

interface Step {
  readonly name: string;
  readonly words: string;
}

interface Explanations {
  readonly explanations: readonly { readonly steps: readonly Step[] }[];
}

const names: Readonly<Record<string, string>> = {
  import: 'Known',
  scope: 'Has the application',
  grants: 'Rights',
  account: 'Should be there',
  match: 'Is there',
  plan: 'What is left to do',
  guard: 'Guard',
  last: 'Last time',
};

const lookAgainMs = 500;
const looks = 8;

/** The card. */
export function ProvisionNow({ application }: { readonly application: Application }) {
  const { tenantId } = useTenant();
  const [picking, setPicking] = useState(false);
  const [words, setWords] = useState('');
  const [person, setPerson] = useState<User | null>(null);
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const [fault, setFault] = useState('');
  const found = useAnswer<Listed<User>>(usersPath(words, 1), { keep: true, enabled: picking });
  const sync = useChange<string>((id) => ({
    path: `/people/${id}/sync`,
    method: 'POST',
    body: {},
  }));
  const explain = sync.data === undefined ? null : person;
  useEffect(() => {
    if (explain === null) return;
    let ended = false;
    const query = new URLSearchParams({ person: explain.id, destination: application.id });
    const look = async () => {
      for (let round = 0; round < looks && !ended; round += 1) {
        const path = `/tenants/${tenantId}/explain?${query}`;
        const { explanations } = await ask<Explanations>(path);
        if (!ended) setSteps(explanations[0]?.steps ?? []);
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
      }
      if (!ended) announce('Looked at again');
    };
    look().catch((error: unknown) => setFault(sentenceOf(error)));
    return () => {
      ended = true;
    };
  }, [explain, tenantId, application.id]);
  const pick = (id: string) => {
    const chosen = found.data?.Resources?.find((user) => user.id === id);
    if (chosen === undefined) return;
    setPerson(chosen);
    setSteps([]);
    setFault('');
    sync.mutate(id);
  };
  return (
    <s-section heading="Provision now">
      <div className="narrow-stack">
        <p className="muted">Sends one person at once and tells each step.</p>
        <div>
          <s-button loading={sync.isPending} onClick={() => setPicking(true)}>
            Choose a person
          </s-button>
        </div>
        {person === null ? null : <h3>{nameOf(person)}</h3>}
        <p className="fault" role="alert">
          {sync.isError ? sentenceOf(sync.error) : fault}
        </p>
        <dl className="steps-told">
          {steps.map(({ name, words: told }) => (
            <div key={name}>
              <dt className="muted">{names[name] ?? name}</dt>
              <dd>{told}</dd>
            </div>
          ))}
        </dl>
      </div>
      {picking ? (
        <PickDialog
          title={`Send to ${application.name}`}
          searchLabel="Search users"
          found={
            found.data === undefined
              ? undefined
              : (found.data.Resources ?? []).map((user) => ({
                  id: user.id,
                  label: nameOf(user),
                  more: user.userName,
                }))
          }
          error={found.error}
          onSearch={setWords}
          picked={[]}
          onPick={pick}
          onClose={() => setPicking(false)}
          single
          none="Nobody is called like that."
        />
      ) : null}
    </s-section>
  );
}
