/** What to do at the identity provider, with the values filled in, and a line to try it without one. */
import { Fragment, useState } from 'react';
import { CopyButton, CopyField } from '../../parts/copy.tsx';
import { remember, remembered } from '../../parts/remembered.ts';
import { type Idp, idps } from './idps.ts';
import type { Source } from './source.ts';

interface GuideProps {
  readonly source: Source;
  /** The header of the token that was just made; `null` when there is none to show. */
  readonly authorization: string | null;
}

/** The card. */
export function Guide({ source, authorization }: GuideProps) {
  const [chosen, choose] = useState(() => remembered('idp') ?? 'miniorange');
  const idp = idps.find(({ id }) => id === chosen) ?? idps[0];
  if (idp === undefined) return null;
  return (
    <s-section heading="Paste these into your identity provider">
      <div className="stack">
        <s-select
          label="Identity provider"
          value={idp.id}
          onChange={({ currentTarget }) => {
            remember('idp', currentTarget.value);
            choose(currentTarget.value);
          }}
        >
          {idps.map(({ id, name }) => (
            <s-option key={id} value={id}>
              {name}
            </s-option>
          ))}
        </s-select>
        <ol className="steps">
          {idp.steps.map((step) => (
            <li key={step}>
              <Words text={step} />
            </li>
          ))}
        </ol>
        <Values idp={idp} source={source} authorization={authorization} />
        {idp.note === undefined ? null : <p className="muted">{idp.note}</p>}
        <p>They appear under “People received” within seconds.</p>
        <Try baseUrl={source.baseUrl} authorization={authorization ?? 'Bearer <token>'} />
      </div>
    </s-section>
  );
}

/** The two values under the names they have there. */
function Values({ idp, source, authorization }: GuideProps & { readonly idp: Idp }) {
  const value = idp.bare ? authorization?.replace(/^Bearer /, '') : authorization;
  return (
    <div className="narrow-stack">
      <CopyField label={`${idp.baseUrl} (${idp.name})`} value={source.baseUrl} button="Copy" />
      {value == null ? (
        <p className="muted">
          <b>{idp.token}</b>: make a token above, and it stands here
          {idp.bare ? ', without the word Bearer' : ''}.
        </p>
      ) : (
        <CopyField label={`${idp.token} (${idp.name})`} value={value} button="Copy" />
      )}
    </div>
  );
}

/** A sentence in which the words between asterisks are somebody else's. */
function Words({ text }: { readonly text: string }) {
  return text.split('*').map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence stay where they are
    <Fragment key={index}>{index % 2 === 1 ? <b>{part}</b> : part}</Fragment>
  ));
}

const ada = JSON.stringify({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'ada@example.com',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [{ value: 'ada@example.com', primary: true }],
});

function Try({
  baseUrl,
  authorization,
}: {
  readonly baseUrl: string;
  readonly authorization: string;
}) {
  const command = [
    `curl -X POST '${baseUrl}/Users' \\`,
    `  -H 'Authorization: ${authorization}' \\`,
    `  -H 'Content-Type: application/scim+json' \\`,
    `  -d '${ada}'`,
  ].join('\n');
  return (
    <div className="narrow-stack">
      <h3 id="try">Or try it from a terminal</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <section className="code" tabIndex={0} aria-labelledby="try">
        <pre>
          <code>{command}</code>
        </pre>
      </section>
      <div>
        <CopyButton label="Copy command" text={command} />
      </div>
    </div>
  );
}
