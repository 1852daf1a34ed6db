/** The OAuth 2.0 client of a connection, for identity providers that fetch their tokens themselves. */
import { CopyField } from '../../parts/copy.tsx';
import { Fold } from '../../parts/fold.tsx';
import type { Source } from './source.ts';
import { clientSecrets } from './token-kinds.ts';
import { Tokens } from './tokens.tsx';

/** The folded card. */
export function OauthClient({ source }: { readonly source: Source }) {
  return (
    <Fold title="OAuth 2.0 client" more="Instead of a bearer token, where a token URL is asked for">
      <p className="muted">
        Some identity providers (Entra ID: <i>OAuth2 client credentials</i>) fetch a new access
        token every hour instead of keeping one. Give them these three.
      </p>
      <CopyField label="Token URL" value={source.oauth.tokenUrl} button="Copy token URL" />
      <CopyField label="Client ID" value={source.oauth.clientId} button="Copy client ID" />
      <Tokens source={source} kind={clientSecrets} />
    </Fold>
  );
}
