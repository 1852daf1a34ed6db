/** What staff can do to an order: a button each, and the dialog it opens. */
import { choiceField, inputField, openDialog, selectField } from './dialog.js';
import { element } from './dom.js';
import { amount, words } from './order-words.js';
import { ask } from './store.js';

const wordy = (names) => names.map((name) => [name, words(name)]);

/** The buttons; `refresh` is called when one of them has changed the order. */
export function orderActions(order, refresh) {
  const act = (action, body) => ask('POST', `orders/${order.number}/${action}`, body).then(refresh);
  const open = order.cancelledAt === null;
  const held = order.financialStatus === 'AUTHORIZED';
  const buttons = [
    open &&
      Number(order.outstanding) > 0 &&
      button(held ? 'Capture payment' : 'Mark as paid', () => pay(order, act)),
    held && button('Void', () => act('void')),
    open && button('Edit', () => edit(order, act)),
    (Number(order.refundable) > 0 || open) && button('Refund', () => refund(order, act)),
    open && button('Cancel order', () => cancel(act)),
    Number(order.received) > 0 && button('Dispute', () => dispute(act)),
    button('Delete', () => remove(order), 'button danger'),
  ];
  return element('div', { class: 'buttons' }, buttons.filter(Boolean));
}

function button(label, click, className = 'button') {
  return element('button', { class: className, type: 'button', click }, label);
}

function pay({ outstanding }, act) {
  openDialog({
    title: 'Take the payment?',
    text: `${amount(outstanding)} is outstanding.`,
    fields: [inputField('amount', 'Amount', { inputmode: 'decimal', value: outstanding })],
    label: 'Take payment',
    act: (form) => act('pay', { amount: form.amount.value.trim() }),
  });
}

async function edit(order, act) {
  const current = currentLines(order);
  const { products } = await ask('GET', 'products?limit=250');
  const variants = products.flatMap(({ title, variants: list }) =>
    list.map((variant) => [variant.id, [title, variant.shownTitle].filter(Boolean).join(' - ')]),
  );
  openDialog({
    title: `Edit ${order.name}`,
    text: 'What is added is owed, until it is paid.',
    fields: [
      ...current.map((line) =>
        inputField(`line-${line.number}`, line.name, {
          type: 'number',
          min: 0,
          value: line.currentQuantity,
        }),
      ),
      selectField('variant', 'Add a product', [['', 'None'], ...variants]),
      inputField('quantity', 'Quantity', { type: 'number', min: 1, value: 1 }),
      inputField('learner', 'Learner e-mail', { type: 'email' }),
    ],
    label: 'Save',
    act: (form) => {
      const set = current
        .map((line) => ({
          line: line.id,
          quantity: Number(form[`line-${line.number}`].value),
          was: line.currentQuantity,
        }))
        .filter(({ quantity, was }) => quantity !== was)
        .map(({ line, quantity }) => ({ line, quantity }));
      const learner = form.learner.value.trim();
      const added = {
        variantId: form.variant.value,
        quantity: Number(form.quantity.value),
        ...(learner ? { properties: { 'learner email': learner } } : {}),
      };
      return act('edit', { set, add: form.variant.value ? [added] : [] });
    },
  });
}

function currentLines({ lines }) {
  return lines.filter(({ currentQuantity }) => currentQuantity > 0);
}

function refund(order, act) {
  const left = currentLines(order);
  openDialog({
    title: `Refund ${order.name}`,
    text: `${amount(order.refundable)} can be refunded. Without an amount, the items' price goes back.`,
    fields: [
      ...left.map((line) =>
        inputField(`line-${line.number}`, `${line.name} (${line.currentQuantity} left)`, {
          type: 'number',
          min: 0,
          max: line.currentQuantity,
          value: 0,
        }),
      ),
      inputField('amount', 'Amount', { inputmode: 'decimal' }),
      inputField('note', 'Reason'),
    ],
    label: 'Refund',
    act: (form) => {
      const lines = left
        .map((line) => ({ line: line.id, quantity: Number(form[`line-${line.number}`].value) }))
        .filter(({ quantity }) => quantity > 0);
      const given = form.amount.value.trim();
      const note = form.note.value.trim() || null;
      return act('refund', { lines, note, ...(given ? { amount: given } : {}) });
    },
  });
}

function cancel(act) {
  openDialog({
    title: 'Cancel this order?',
    text: 'It cannot be brought back.',
    fields: [
      selectField(
        'reason',
        'Why',
        wordy(['CUSTOMER', 'INVENTORY', 'FRAUD', 'DECLINED', 'STAFF', 'OTHER']),
      ),
      choiceField('checkbox', {
        name: 'refund',
        value: 'yes',
        label: 'Refund what was paid',
        checked: true,
      }),
    ],
    label: 'Cancel the order',
    danger: true,
    act: (form) => act('cancel', { reason: form.reason.value, refund: form.refund.checked }),
  });
}

function dispute(act) {
  openDialog({
    title: 'A dispute',
    text: 'Opens one, or moves the one that is open on.',
    fields: [
      selectField('type', 'Kind', wordy(['CHARGEBACK', 'INQUIRY'])),
      selectField(
        'status',
        'Status',
        wordy(['NEEDS_RESPONSE', 'UNDER_REVIEW', 'WON', 'LOST', 'ACCEPTED']),
      ),
    ],
    label: 'Save',
    act: (form) => act('dispute', { type: form.type.value, status: form.status.value }),
  });
}

function remove(order) {
  openDialog({
    title: `Delete ${order.name}?`,
    text: order.canDelete
      ? 'This cannot be undone.'
      : 'Shopify deletes cancelled orders and test orders only. Here it can be forced.',
    fields: order.canDelete
      ? []
      : [choiceField('checkbox', { name: 'force', value: 'yes', label: 'Delete it all the same' })],
    label: 'Delete the order',
    danger: true,
    act: async (form) => {
      const query = form.force?.checked ? '?force=true' : '';
      await ask('DELETE', `orders/${order.number}${query}`);
      location.assign('/orders');
    },
  });
}
