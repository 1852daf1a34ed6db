/** What somebody holds at a destination: each course, tag or group with every reason for it. */
import { useState } from 'react';
import { ask } from '../../api/client.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { dayOf, sentence } from '../../parts/words.ts';
import { useTenant } from '../../shell/tenant.ts';
import { useCourseName } from '../courses/catalogue.ts';
import type { Ground, Holding, Standing } from './person.ts';

interface HoldingsProps {
  readonly standing: Standing;
  readonly onChanged: () => void;
}

/** The list. */
export function Holdings({ standing, onChanged }: HoldingsProps) {
  const { tenantId } = useTenant();
  const { memberships, destinationId, destinationName } = standing;
  // Tags have no other name.
  const named = memberships.some(({ membership }) => membership.includes(':'));
  const nameOf = useCourseName(named ? [destinationId] : []);
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  if (memberships.length === 0) return null;
  const takeAway = (grantId: string, name: string, others: boolean) =>
    setQuestion({
      title: `Take ${name} away?`,
      text: others
        ? `What was given by hand ends now. There is another reason for ${name}, so they keep it in ${destinationName}.`
        : `What was given by hand ends now, and with it ${name} in ${destinationName}. It can be given again.`,
      button: 'Take away',
      failed: 'Not taken away.',
      act: () =>
        ask(`/tenants/${tenantId}/grants/${grantId}/withdraw`, { method: 'POST', body: {} }),
      onDone: () => {
        announce(`${name} was taken away`);
        onChanged();
      },
    });
  return (
    <>
      <ul className="plain divided" aria-label={`Held in ${destinationName}`}>
        {memberships.map((holding) => {
          const name = nameOf(destinationId, holding.membership);
          return (
            <li key={holding.membership}>
              <div className="holding">
                <div className="holding-head">
                  <b>{name}</b>
                  <HoldingBadge holding={holding} />
                </div>
                {holding.reasons.length === 0 ? (
                  <p className="muted">There is no reason for it any more.</p>
                ) : (
                  <ul className="reasons">
                    {holding.reasons.map((ground) => (
                      <Reason
                        key={ground.grantId ?? `${ground.kind} ${ground.words}`}
                        ground={ground}
                        name={name}
                        takeAway={(grantId) =>
                          takeAway(
                            grantId,
                            name,
                            holding.reasons.some((one) => one.stands && one !== ground),
                          )
                        }
                      />
                    ))}
                  </ul>
                )}
              </div>
            </li>
          );
        })}
      </ul>
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </>
  );
}

function HoldingBadge({ holding: { granted, due } }: { readonly holding: Holding }) {
  if (granted && due) return <s-badge tone="success">Has it</s-badge>;
  if (due) return <s-badge tone="info">Is being given</s-badge>;
  if (granted) return <s-badge tone="info">Is being taken away</s-badge>;
  return <s-badge tone="neutral">Not now</s-badge>;
}

interface ReasonProps {
  readonly ground: Ground;
  readonly name: string;
  readonly takeAway: (grantId: string) => void;
}

function Reason({ ground, name, takeAway }: ReasonProps) {
  const { kind, stands, grantId, ended } = ground;
  return (
    <li className="reason">
      <span className="wide">
        {reasonWords(ground)}
        <span className="muted">{timeWords(ground)}</span>
      </span>
      {kind === 'hand' && ended === null && grantId !== null ? (
        <s-button
          variant="tertiary"
          tone="critical"
          accessibilityLabel={`Take away ${name}`}
          onClick={() => takeAway(grantId)}
        >
          Take away
        </s-button>
      ) : stands || ended !== null ? null : (
        <s-badge tone="neutral">Not in force</s-badge>
      )}
    </li>
  );
}

/** The reason as a sentence's beginning. */
function reasonWords({ kind, words }: Ground): string {
  switch (kind) {
    case 'everybody':
      return 'Everybody here has it';
    case 'hand':
      return `Given by ${words.replace(/, by hand/, '')}`;
    default:
      return words.charAt(0).toUpperCase() + words.slice(1);
  }
}

/** When it counts, or why it does no more. */
function timeWords({ from, until, ended }: Ground): string {
  if (ended !== null) return ` · ended: ${sentence(ended)}`;
  if (from !== null && Date.parse(from) > Date.now())
    return ` · from ${dayOf(from)}${until === null ? '' : ` until ${dayOf(until)}`}`;
  if (until === null) return from === null ? '' : ` · since ${dayOf(from)}, no end`;
  return Date.parse(until) <= Date.now()
    ? ` · over since ${dayOf(until)}`
    : ` · until ${dayOf(until)}`;
}
