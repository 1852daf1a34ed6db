/** What a policy makes of a real group, kept up while it is edited. */
import { sentenceOf } from '../../api/client.ts';
import { asSentence } from '../../parts/faults.ts';
import { GroupPicker } from './group-picker.tsx';
import { type Fields, type GroupRef, wordsOfField } from './policy.ts';
import type { TriedGroup } from './try.ts';

interface GroupPreviewProps {
  readonly fields: Pick<Fields, 'attributes' | 'otherAttributes'>;
  readonly group: GroupRef | null;
  readonly tried: TriedGroup | undefined;
  readonly error: unknown;
  readonly onPick: (group: GroupRef) => void;
}

/** The card beside the form. */
export function GroupPreview({ fields, group, tried, error, onPick }: GroupPreviewProps) {
  return (
    <s-section heading="How it looks for a group">
      <div className="stack">
        <GroupPicker
          id="group-tried"
          label="Look at another group"
          chosen={group === null ? [] : [group]}
          onPick={onPick}
        />
        {error === null || error === undefined ? null : (
          <p className="fault" role="alert">
            {sentenceOf(error)}
          </p>
        )}
        {tried === undefined ? null : <Group fields={fields} tried={tried} />}
      </div>
    </s-section>
  );
}

interface GroupProps {
  readonly fields: GroupPreviewProps['fields'];
  readonly tried: TriedGroup;
}

function Group({ fields, tried: { group, sent, attributes, held } }: GroupProps) {
  return (
    <>
      {sent ? null : (
        <s-banner tone="info" heading="Not sent">
          <p>{group} is not among the groups that are sent there.</p>
        </s-banner>
      )}
      {held === null ? null : (
        <s-banner tone="warning" heading="Would be held">
          <p>{asSentence(held)}</p>
        </s-banner>
      )}
      <dl className="told" aria-label={`The group ${group}`}>
        {attributes.map(({ to, result }) => (
          <div key={to}>
            <dt>{wordsOfField(fields, to).label}</dt>
            <dd>{result ?? <span className="muted">empty</span>}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
