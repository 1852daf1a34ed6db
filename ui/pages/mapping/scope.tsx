/** Who is included at a destination. */
import { fieldId } from '../../parts/faults.ts';
import { GroupPicker } from './group-picker.tsx';
import type { GroupRef, Policy } from './policy.ts';

interface ScopeProps {
  readonly policy: Policy;
  readonly fault: string;
  readonly onChange: (changed: Partial<Policy>) => void;
}

/** The card. */
export function Scope({ policy: { groups, scope }, fault, onChange }: ScopeProps) {
  const set = (chosen: readonly GroupRef[]) => onChange({ groups: chosen });
  return (
    <s-section heading="Who is included">
      <div className="stack">
        <s-choice-list
          label="People"
          labelAccessibilityVisibility="exclusive"
          values={[groups === null ? 'everybody' : 'groups']}
          onChange={({ currentTarget }) =>
            onChange({ groups: currentTarget.values[0] === 'groups' ? (groups ?? []) : null })
          }
        >
          <s-choice value="everybody">Everybody your identity provider sends</s-choice>
          <s-choice value="groups">
            Only members of some groups
            <s-text slot="details">
              Also those of groups within them. Whoever leaves all of them leaves here.
            </s-text>
          </s-choice>
        </s-choice-list>
        {groups === null ? null : (
          <>
            {groups.length === 0 ? null : (
              <ul className="plain" aria-label="Included groups">
                {groups.map((group) => (
                  <li key={group.id}>
                    <span className="wide">
                      <b>{group.name}</b>
                    </span>
                    <s-button
                      variant="tertiary"
                      tone="critical"
                      accessibilityLabel={`Remove ${group.name}`}
                      onClick={() => set(groups.filter(({ id }) => id !== group.id))}
                    >
                      Remove
                    </s-button>
                  </li>
                ))}
              </ul>
            )}
            <GroupPicker
              id={fieldId('groups')}
              label="Add a group"
              fault={fault}
              chosen={groups}
              onPick={(group) => set([...groups, group])}
            />
          </>
        )}
        <s-text-field
          id={fieldId('scope')}
          label="And only people with"
          details={
            'A SCIM filter, like userType eq "Employee" and title pr. Left empty, it leaves nobody out.'
          }
          value={scope ?? ''}
          onInput={({ currentTarget }) => {
            const filter = currentTarget.value ?? '';
            onChange({ scope: filter.trim() === '' ? null : filter });
          }}
        />
      </div>
    </s-section>
  );
}
