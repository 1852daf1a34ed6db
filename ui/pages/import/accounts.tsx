/** The accounts that were read, by what becomes of them. */
import { useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { Paged } from '../../parts/paged.tsx';
import {
  type Account,
  accountWords,
  capital,
  type Import,
  type There,
  type Verdict,
  verdictNames,
  verdicts,
} from './imports.ts';

interface AccountsProps {
  readonly there: There;
  readonly latest: Import;
}

const pageSize = 50;

/** The card. */
export function Accounts({ there, latest }: AccountsProps) {
  const [chosen, setChosen] = useState<Verdict | null>(null);
  /** Where each page that was looked at begins; the last one is shown. */
  const [pages, setPages] = useState<readonly string[]>(['']);
  // What there is most to see of, until somebody chooses.
  const verdict = chosen ?? verdictNames.find((one) => latest.counts[one] > 0) ?? 'adopt';
  const after = pages.at(-1) ?? '';
  const query = `verdict=${verdict}&limit=${pageSize}&after=${encodeURIComponent(after)}`;
  const answer = useAnswer<{ readonly accounts: readonly Account[] }>(
    `/destinations/${there.id}/imports/${latest.id}/accounts?${query}`,
    { keep: true },
  );
  const accounts = answer.data?.accounts ?? [];
  const last = accounts.at(-1);
  const next =
    accounts.length === pageSize && last !== undefined
      ? () => setPages([...pages, last.remoteId])
      : null;
  return (
    <s-section heading={capital(there.many)} padding="none">
      <s-box padding="none large">
        <div className="narrow-stack">
          <s-select
            label="Show"
            value={verdict}
            details={verdicts[verdict][1]}
            onChange={({ currentTarget }) => {
              setChosen(currentTarget.value as Verdict);
              setPages(['']);
            }}
          >
            {verdictNames.map((one) => (
              <s-option key={one} value={one}>
                {`${verdicts[one][0]} (${latest.counts[one].toLocaleString()})`}
              </s-option>
            ))}
          </s-select>
          {answer.isError ? <p role="alert">{sentenceOf(answer.error)}</p> : null}
          {answer.data !== undefined && accounts.length === 0 ? (
            <p className="muted">Nobody.</p>
          ) : null}
        </div>
      </s-box>
      <s-box paddingBlock="small none">
        <Paged
          next={next}
          previous={pages.length > 1 ? () => setPages(pages.slice(0, -1)) : null}
          loading={answer.isPlaceholderData}
        >
          <s-table-header-row>
            <s-table-header listSlot="primary">{capital(there.one)}</s-table-header>
            <s-table-header listSlot="labeled">Person</s-table-header>
            {verdict === 'conflict' ? (
              <s-table-header listSlot="labeled">Why</s-table-header>
            ) : null}
          </s-table-header-row>
          <s-table-body>
            {accounts.map((account) => (
              <s-table-row key={account.remoteId}>
                <s-table-cell>{accountWords(there, account)}</s-table-cell>
                <s-table-cell>{account.userName ?? 'Nobody'}</s-table-cell>
                {verdict === 'conflict' ? <s-table-cell>{account.reason}</s-table-cell> : null}
              </s-table-row>
            ))}
          </s-table-body>
        </Paged>
      </s-box>
    </s-section>
  );
}
