/** What people are given: tags, courses, companies, by the groups they are in. */
import { useState } from 'react';
import { announce } from '../../parts/announce.ts';
import { listOf } from '../../parts/words.ts';
import { useCourseName } from '../courses/catalogue.ts';
import type { Form, Policy, Rule, When } from './policy.ts';
import { type Given, RuleEditor } from './rule-editor.tsx';

interface RulesProps {
  readonly destinationId: string;
  readonly form: Form;
  readonly policy: Policy;
  readonly sources: readonly { readonly id: string; readonly name: string }[];
  readonly onChange: (changed: Partial<Policy>) => void;
}

/** The card. */
export function Rules({ destinationId, form, policy, sources, onChange }: RulesProps) {
  const { memberships, rules } = policy;
  const nameOf = useCourseName([destinationId]);
  /** The place of the rule that is edited; `-1` is what everybody gets, `null` nothing is. */
  const [edited, setEdited] = useState<number | 'new' | null>(null);
  const all: readonly Given[] = [
    ...(memberships.length === 0 ? [] : [{ when: null, memberships }]),
    ...rules,
  ];
  const put = (given: readonly Given[]) =>
    onChange({
      memberships: [...new Set(given.flatMap((one) => (one.when === null ? one.memberships : [])))],
      rules: given.filter((one): one is Rule => one.when !== null),
    });
  const remove = (place: number) => {
    put(all.filter((_, index) => index !== place));
    announce('It is not given any more, once you save');
  };
  return (
    <s-section
      heading={form.connector.name === 'shopify' ? 'Groups and tags' : 'Groups and courses'}
    >
      <s-button slot="secondary-actions" onClick={() => setEdited('new')}>
        Add rule
      </s-button>
      <div className="stack">
        <p className="muted">
          Whoever is in a group has what it gives, and loses it with leaving the group. What
          somebody gave by hand at the destination stays.
        </p>
        {all.length === 0 ? <p>Nothing is given by group yet.</p> : null}
        <ul className="plain divided" aria-label="What is given">
          {all.map((given, place) => {
            const what = listOf(given.memberships.map((one) => nameOf(destinationId, one)));
            const who = whoOf(given.when, sources);
            return (
              <li key={`${who} ${what}`}>
                <span className="wide">
                  {who} → <b>{what}</b>
                </span>
                <s-button
                  variant="tertiary"
                  accessibilityLabel={`Edit what is given: ${who}`}
                  onClick={() => setEdited(place)}
                >
                  Edit
                </s-button>
                <s-button
                  variant="tertiary"
                  tone="critical"
                  accessibilityLabel={`Remove what is given: ${who}`}
                  onClick={() => remove(place)}
                >
                  Remove
                </s-button>
              </li>
            );
          })}
        </ul>
      </div>
      {edited === null ? null : (
        <RuleEditor
          destinationId={destinationId}
          help={form.membershipHelp ?? ''}
          given={edited === 'new' ? null : (all[edited] ?? null)}
          sources={sources}
          onDone={(given) => put(edited === 'new' ? [...all, given] : all.with(edited, given))}
          onClose={() => setEdited(null)}
        />
      )}
    </s-section>
  );
}

function whoOf(when: When | null, sources: RulesProps['sources']): string {
  if (when === null) return 'Everybody';
  if ('group' in when) return `Members of ${when.group.name}`;
  if ('filter' in when) return `People with ${when.filter}`;
  return `People from ${sources.find(({ id }) => id === when.source)?.name ?? 'a removed connection'}`;
}
