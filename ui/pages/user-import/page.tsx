/** The page on which users are taken in from a file: what would become of each line, then with its progress. */
import { useEffect, useRef, useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { linesOf } from '../../api/stream.ts';
import { announce } from '../../parts/announce.ts';
import { AskBeforeLeaving, type Loss } from '../../parts/ask-before-leaving.tsx';
import { useHref } from '../../parts/href.ts';
import { useTitle } from '../../parts/title.ts';
import { useTenant } from '../../shell/tenant.ts';
import { after, type Line, nothingYet, type Seen } from './seen.ts';
import { Told } from './told.tsx';

type How = 'preview' | 'import';

const unfinished: Loss = {
  title: 'Leave before it is done?',
  text: 'The lines that are taken in stay so, and no more are once you leave this page. The file can be sent again: what is so already is left alone.',
};

/** The columns of a file, and what is to know of them. */
const columns = [
  ['userName, email', 'A new user without an e-mail has their user name, where it is an address'],
  ['givenName, familyName, displayName, nickName, title', 'As on the page of a user'],
  ['department, division, organization, costCenter, employeeNumber', 'As on the page of a user'],
  ['manager', 'The user name of somebody here or in the file'],
  ['phone, mobile', 'With their country, as in +44 20 7946 0000'],
  ['streetAddress, locality, region, postalCode, country', 'The address at work'],
  ['preferredLanguage, timezone', 'As in en-GB, Europe/London'],
  ['active', 'true or false'],
  ['groups', 'Names, with a semicolon between them'],
  ['custom attributes', 'By their names; several values with a semicolon between them'],
] as const;

/** The page. */
export default function UserImportPage() {
  useTitle('Import users', 'Directory');
  const { tenantId } = useTenant();
  const href = useHref();
  const [file, setFile] = useState<{ readonly name: string; readonly csv: string } | null>(null);
  const [how, setHow] = useState<How>('preview');
  const [seen, setSeen] = useState<Seen | null>(null);
  const [fault, setFault] = useState('');
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (csv: string, wanted: How) => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setHow(wanted);
    setFault('');
    let now = nothingYet;
    setSeen(now);
    try {
      const path = `/tenants/${tenantId}/directory/users-import`;
      for await (const line of linesOf<Line>(path, { csv, how: wanted }, control.signal)) {
        now = after(now, line);
        setSeen(now);
      }
      announce(wanted === 'preview' ? 'The preview is complete' : 'The file was taken in');
    } catch (error) {
      if (!control.signal.aborted) setFault(sentenceOf(error));
    }
  };
  const choose = async (chosen: File | undefined) => {
    if (chosen === undefined) return;
    const csv = await chosen.text();
    setFile({ name: chosen.name, csv });
    await run(csv, 'preview');
  };
  const busy = seen !== null && !seen.done && fault === '';
  const changes = seen === null ? 0 : seen.counts.create + seen.counts.update;
  return (
    <s-page heading="Import users">
      <AskBeforeLeaving loss={busy && how === 'import' ? unfinished : null} />
      <s-link slot="breadcrumb-actions" href={href('/directory')}>
        Users
      </s-link>
      <s-section heading="File">
        <div className="stack">
          <p>
            A file of comma-separated values. The first line names the columns:{' '}
            <code>userName</code>, and of the others those you want to set. Several groups stand in
            one cell with a semicolon between them.
          </p>
          <details className="fold">
            <summary>Columns</summary>
            <dl className="told">
              {columns.map(([names, what]) => (
                <div key={names}>
                  <dt>
                    <code>{names}</code>
                  </dt>
                  <dd className="muted">{what}</dd>
                </div>
              ))}
            </dl>
          </details>
          <p className="muted">
            Who is there already is changed, in the columns that the file has; an empty cell
            empties. Nobody is deleted.
          </p>
          <label className="file">
            <span>Choose a file</span>
            <input
              type="file"
              accept=".csv,text/csv"
              onChange={({ currentTarget }) => void choose(currentTarget.files?.[0])}
            />
          </label>
          <p className="fault" role="alert">
            {fault}
          </p>
        </div>
      </s-section>
      {seen === null || file === null ? null : (
        <s-section heading={how === 'preview' ? `What ${file.name} would do` : file.name}>
          <div className="stack">
            <Told seen={seen} />
            {how === 'preview' && seen.done && changes > 0 ? (
              <div>
                <s-button variant="primary" onClick={() => void run(file.csv, 'import')}>
                  Import {changes} {changes === 1 ? 'user' : 'users'}
                </s-button>
              </div>
            ) : null}
            {busy ? <p className="muted">You can leave this page open while it goes on.</p> : null}
            {how === 'import' && seen.done ? (
              <div>
                <s-button href={href('/directory')}>To the users</s-button>
              </div>
            ) : null}
          </div>
        </s-section>
      )}
    </s-page>
  );
}
