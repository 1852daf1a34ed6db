/** Saving a policy: first how many it touches is told, then it is in force. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../api/client.ts';
import { announce } from '../../parts/announce.ts';
import type { Question } from '../../parts/confirm.tsx';
import { useTenant } from '../../shell/tenant.ts';
import type { Policy } from './policy.ts';

/** How many people a policy would touch. */
export interface Effect {
  readonly accounts: number;
  readonly rewrite: number;
  readonly leave: number;
  readonly arrive: number;
}

interface Weighed {
  readonly effect: Effect;
  readonly confirm: string;
}

/** Everybody is gone through. */
const patienceMs = 180_000;

const people = (count: number) => (count === 1 ? '1 person' : `${count.toLocaleString()} people`);

/** What a policy does to how many, in sentences; empty where it touches nobody. */
export function effectWords({ accounts, rewrite, leave, arrive }: Effect): string {
  return [
    ...(rewrite === 0
      ? []
      : [`${rewrite.toLocaleString()} of ${accounts.toLocaleString()} accounts are changed.`]),
    ...(arrive === 0 ? [] : [`${people(arrive)} who had none may get an account.`]),
    ...(leave === 0 ? [] : [`${people(leave)} leave, as you chose for when somebody leaves.`]),
  ].join(' ');
}

/** Saves a policy; asks first where it touches anybody. */
export function useSaving(destinationId: string, onSaved: (policy: Policy) => void) {
  const { tenantId } = useTenant();
  const cache = useQueryClient();
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const path = `/tenants/${tenantId}/destinations/${destinationId}/policy`;
  const put = (policy: Policy, confirm: string) =>
    ask(path, { method: 'PUT', body: { policy, confirm }, patienceMs });
  const saved = (policy: Policy) => {
    announce('Saved');
    onSaved(policy);
    void cache.invalidateQueries();
  };
  const save = async (policy: Policy) => {
    if (saving) return;
    setSaving(true);
    setError(null);
    try {
      const weighed = await ask<Weighed>(`${path}/effect`, {
        ...{ method: 'POST', patienceMs },
        body: { policy },
      });
      const words = effectWords(weighed.effect);
      if (words === '') {
        await put(policy, weighed.confirm);
        saved(policy);
      } else
        setQuestion({
          title: 'Save these changes?',
          text: words,
          button: 'Save',
          failed: 'Not saved.',
          act: () => put(policy, weighed.confirm),
          onDone: () => saved(policy),
        });
    } catch (cause) {
      setError(cause);
    } finally {
      setSaving(false);
    }
  };
  return { saving, error, question, close, save, fail: setError };
}
