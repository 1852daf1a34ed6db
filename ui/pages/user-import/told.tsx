/** What becomes of the lines of a file: counted, and by name. */
import { type Effect, effects, type Seen } from './seen.ts';

const words: Readonly<Record<Effect, string>> = {
  create: 'New',
  update: 'Changed',
  nothing: 'Unchanged',
  refused: 'Refused',
};

/** The counts, the progress and the lines. */
export function Told({ seen }: { readonly seen: Seen }) {
  const { lines, counts, read, total, done } = seen;
  return (
    <>
      {done ? null : (
        <s-progress
          accessibilityLabel="Lines read"
          value={read}
          max={total ?? Math.max(read * 2, 1)}
        />
      )}
      <dl className="facts">
        {effects.map((effect) => (
          <div key={effect}>
            <dt>{words[effect]}</dt>
            <dd>{counts[effect]}</dd>
          </div>
        ))}
      </dl>
      {done && lines.length === 0 ? <p>Everything in the file is so already.</p> : null}
      {lines.length === 0 ? null : (
        <s-table>
          <s-table-header-row>
            <s-table-header listSlot="primary">User name</s-table-header>
            <s-table-header>Line</s-table-header>
            <s-table-header>Effect</s-table-header>
            <s-table-header>Detail</s-table-header>
          </s-table-header-row>
          <s-table-body>
            {lines.map(({ line, userName, effect, detail }) => (
              <s-table-row key={`${line} ${effect}`}>
                <s-table-cell>{userName === '' ? '(none)' : userName}</s-table-cell>
                <s-table-cell>{line}</s-table-cell>
                <s-table-cell>
                  {effect === 'refused' ? (
                    <s-badge tone="critical">{words[effect]}</s-badge>
                  ) : (
                    words[effect]
                  )}
                </s-table-cell>
                <s-table-cell>{detail}</s-table-cell>
              </s-table-row>
            ))}
          </s-table-body>
        </s-table>
      )}
    </>
  );
}
