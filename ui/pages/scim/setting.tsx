/** One setting of a connection: saved at once, put back visibly when saving fails. */
import { useEffect, useState } from 'react';
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { pathOf, type Source, type SourceSettings } from './source.ts';

const savedMs = 3_000;

/** Help in one line a value, each with its name. */
export type HelpLines = readonly (readonly [string, string])[];

interface SettingProps<Name extends keyof SourceSettings> {
  readonly source: Source;
  readonly name: Name;
  readonly label: string;
  readonly help: HelpLines | string;
}

/** What is known of a setting while it is being changed. */
function useSetting<Name extends keyof SourceSettings>(
  { source, name, label }: SettingProps<Name>,
  words: (value: SourceSettings[Name]) => string,
) {
  const [saved, setSaved] = useState(false);
  const change = useChange((value: SourceSettings[Name]) => ({
    path: pathOf(source),
    method: 'PATCH',
    body: { [name]: value },
  }));
  useEffect(() => {
    if (!saved) return;
    const timer = setTimeout(() => setSaved(false), savedMs);
    return () => clearTimeout(timer);
  }, [saved]);
  const known: SourceSettings[Name] = source[name];
  const value = change.isPending ? change.variables : known;
  return {
    value,
    feedback: change.isPending ? 'Saving…' : saved ? 'Saved' : '',
    fault: change.isError
      ? `Not saved, so it is still ${words(known)}. ${sentenceOf(change.error)}`
      : '',
    save: (wanted: SourceSettings[Name]) => {
      if (change.isPending) return;
      setSaved(false);
      change.mutate(wanted, {
        onSuccess: () => {
          setSaved(true);
          announce(`${label}: ${words(wanted)}, saved`);
        },
      });
    },
  };
}

/** The names of settings that are on or off. */
type OnOff = {
  [Name in keyof SourceSettings]: SourceSettings[Name] extends boolean ? Name : never;
}[keyof SourceSettings];

/** A setting that is on or off. */
export function SwitchSetting(props: SettingProps<OnOff>) {
  const { value, feedback, fault, save } = useSetting(props, (on) => (on ? 'on' : 'off'));
  return (
    <div className="setting">
      <div className="setting-head">
        <s-switch
          label={props.label}
          checked={value}
          error={fault}
          onChange={(event) => {
            const wanted = event.currentTarget.checked;
            event.currentTarget.checked = value;
            save(wanted);
          }}
        />
        <span className="muted">{feedback}</span>
      </div>
      <Help lines={props.help} />
    </div>
  );
}

interface ChoiceSettingProps extends SettingProps<'invalidPhone' | 'unknownAttributes'> {
  /** Each value with its name. */
  readonly options: readonly (readonly [string, string])[];
}

/** A setting that is one of several values. */
export function ChoiceSetting({ options, ...props }: ChoiceSettingProps) {
  const nameOf = (value: string) => `“${options.find(([one]) => one === value)?.[1] ?? value}”`;
  const { value, feedback, fault, save } = useSetting(props, nameOf);
  return (
    <div className="setting">
      <div className="setting-head">
        <s-select
          label={props.label}
          value={value}
          error={fault}
          onChange={({ currentTarget }) => save(currentTarget.value as typeof value)}
        >
          {options.map(([one, name]) => (
            <s-option key={one} value={one}>
              {name}
            </s-option>
          ))}
        </s-select>
        <span className="muted">{feedback}</span>
      </div>
      <Help lines={props.help} />
    </div>
  );
}

function Help({ lines }: { readonly lines: HelpLines | string }) {
  if (typeof lines === 'string') return <p className="muted">{lines}</p>;
  return (
    <div className="lines">
      {lines.map(([name, text]) => (
        <span key={name}>
          <b>{name}: </b>
          {text}
        </span>
      ))}
    </div>
  );
}
