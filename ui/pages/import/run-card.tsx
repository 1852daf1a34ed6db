/** Reads the accounts there are, and says how far it has come and what was found. */
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { When } from '../../parts/when.tsx';
import { capital, type Import, type There, verdictNames, verdicts } from './imports.ts';

interface RunCardProps {
  readonly there: There;
  readonly latest: Import | undefined;
}

/** The card. */
export function RunCard({ there, latest }: RunCardProps) {
  const begin = useChange(() => ({
    path: `/destinations/${there.id}/import`,
    method: 'POST',
    body: {},
  }));
  const busy = latest?.state === 'reading' || latest?.state === 'matching';
  const press = () => {
    if (busy || begin.isPending) return;
    begin.mutate(undefined, { onSuccess: () => announce(`The ${there.many} are being read`) });
  };
  return (
    <s-section heading={`Existing ${there.many}`}>
      <div className="stack">
        <p className="muted">
          Reads every {there.one} {there.at} and finds whom on your roll each belongs to. Reading
          changes nothing. Who is found for certain is connected afterwards, as far as your
          connections may speak for their addresses; who is in doubt waits for you.
        </p>
        {latest === undefined ? null : <Standing there={there} latest={latest} />}
        <div>
          <s-button
            {...(latest === undefined ? { variant: 'primary' as const } : {})}
            loading={busy || begin.isPending}
            onClick={press}
          >
            {latest === undefined ? `Read ${there.many}` : 'Read again'}
          </s-button>
        </div>
        <p className="fault" role="alert">
          {begin.isError ? sentenceOf(begin.error) : ''}
        </p>
      </div>
    </s-section>
  );
}

function Standing({ there: { many }, latest }: { readonly there: There; readonly latest: Import }) {
  const { state, read, about, counts, error, endedAt } = latest;
  return (
    <>
      {state === 'reading' || state === 'matching' ? (
        <div className="narrow-stack">
          <s-progress
            accessibilityLabel={`${capital(many)} read`}
            {...(about === null || about === 0 ? {} : { value: Math.min(read, about), max: about })}
          />
          <p className="muted" role="status">
            {state === 'reading'
              ? `${read.toLocaleString()}${about === null ? '' : ` of about ${about.toLocaleString()}`} ${many} read…`
              : `${read.toLocaleString()} ${many} read. Matching them with your roll…`}
          </p>
          {error === null ? null : <p className="muted">{error} It is tried again by itself.</p>}
        </div>
      ) : null}
      {state === 'failed' ? (
        <s-banner tone="critical" heading={`The ${many} could not be read`}>
          <p>{error}</p>
        </s-banner>
      ) : null}
      {state === 'done' ? (
        <>
          <dl className="facts">
            {verdictNames.map((verdict) => (
              <div key={verdict}>
                <dt>{verdicts[verdict][0]}</dt>
                <dd>{counts[verdict].toLocaleString()}</dd>
              </div>
            ))}
          </dl>
          <p className="muted">
            {read.toLocaleString()} {many} read
            {endedAt === null ? null : (
              <>
                {' '}
                <When at={endedAt} />
              </>
            )}
            .
          </p>
        </>
      ) : null}
    </>
  );
}
