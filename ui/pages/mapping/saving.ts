/** Saving a policy: first how many it touches is told, then it is in force. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../api/client.ts';
import { announce } from '../../parts/announce.ts';
import type { Question } from '../../parts/confirm.tsx';
import { useTenant } from '../../shell/tenant.ts';
import type { Policy } from './policy.ts';

/** How many people and groups a policy would touch. */
export interface Effect {
  readonly accounts: number;
  readonly rewrite: number;
  readonly leave: number;
  readonly arrive: number;
  readonly groups: { readonly rewrite: number; readonly delete: number };
}

interface Weighed {
  readonly effect: Effect;
  readonly confirm: string;
}

/** Everybody is gone through. */
const patienceMs = 180_000;

const people = (count: number) => (count === 1 ? '1 person' : `${count.toLocaleString()} people`);

const groupsOf = (count: number) =>
  count === 1 ? '1 group is' : `${count.toLocaleString()} groups are`;

/** What a policy does to how many, in sentences; empty where it touches nobody. */
export function effectWords({ accounts, rewrite, leave, arrive, groups }: Effect): string {
  return [
    ...(rewrite === 0
      ? []
      : [`${rewrite.toLocaleString()} of ${accounts.toLocaleString()} accounts are changed.`]),
    ...(arrive === 0 ? [] : [`${people(arrive)} who had none may get an account.`]),
    ...(leave === 0 ? [] : [`${people(leave)} leave, as you chose for when somebody leaves.`]),
    ...(groups.rewrite === 0 ? [] : [`${groupsOf(groups.rewrite)} changed there.`]),
    ...(groups.delete === 0 ? [] : [`${groupsOf(groups.delete)} deleted there.`]),
  ].join(' ');
}

/** Saves a policy; asks first where it touches anybody. */
export function useSaving<Of = Policy>(destinationId: string, onSaved: (policy: Of) => void) {
  const { tenantId } = useTenant();
  const cache = useQueryClient();
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const path = `/tenants/${tenantId}/destinations/${destinationId}/policy`;
  const put = (policy: Of, confirm: string) =>
    ask(path, { method: 'PUT', body: { policy, confirm }, patienceMs });
  const saved = (policy: Of) => {
    announce('Saved');
    onSaved(policy);
    void cache.invalidateQueries();
  };
  const save = async (policy: Of) => {
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
