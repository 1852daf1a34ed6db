/** Editing an order: lines that come, units that come or go. What it costs more is owed, not paid. */
import { currentQuantity, type LineItem, type Order } from './order.ts';
import { draftLines, type LineInput } from './order-lines.ts';
import { type EditDelta, orderEditPayload } from './order-payloads.ts';
import { changeOrder, type OrderResult, refused } from './orders.ts';
import type { Actor, Shop } from './shop.ts';

export interface OrderEdit {
  readonly add: readonly LineInput[];
  /** How many units of a line are to be left; none takes it off. */
  readonly set: readonly { readonly line: LineItem; readonly quantity: number }[];
}

/** Applies the edit as a whole. */
export function editOrder(
  shop: Shop,
  actor: Actor,
  { order, edit }: { readonly order: Order; readonly edit: OrderEdit },
): OrderResult {
  if (order.cancelledAt !== null) return refused('A cancelled order cannot be edited');
  const { lines: added, problems } = draftLines(shop, edit.add, 'add');
  if (problems.length > 0) return problems;
  const deltas = [
    ...edit.set.map(({ line, quantity }) => ({
      id: line.id,
      delta: quantity - currentQuantity(line),
    })),
    ...added.map(({ id, quantity }) => ({ id, delta: quantity })),
  ].filter(({ delta }) => delta !== 0);
  if (deltas.length === 0) return refused('The edit changes nothing');
  const lines = [...order.lines.map((line) => changedLine(line, deltas)), ...added];
  return changeOrder(shop, actor, {
    after: { ...order, lines, edited: true },
    message: `Order edited: ${deltas.map((delta) => describe(lines, delta)).join(', ')}`,
    tell: (edited) => [['orders/edited', orderEditPayload(shop, edited, deltas)]],
  });
}

/** Units that come are ordered; units that go stay ordered and count as removed. */
function changedLine(line: LineItem, deltas: readonly EditDelta[]): LineItem {
  const delta = deltas.find(({ id }) => id === line.id)?.delta ?? 0;
  return delta > 0
    ? { ...line, quantity: line.quantity + delta }
    : { ...line, removed: line.removed - delta };
}

function describe(lines: readonly LineItem[], { id, delta }: EditDelta): string {
  const title = lines.find((line) => line.id === id)?.title ?? '';
  return `${delta > 0 ? '+' : '−'}${Math.abs(delta)} ${title}`;
}
