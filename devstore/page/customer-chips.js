/** How a customer stands, in chips. */
import { chips } from './dom.js';

const states = {
  ENABLED: ['Account active', 'good'],
  INVITED: ['Invited', 'accent'],
  DECLINED: ['Declined', 'bad'],
  DISABLED: ['No account', ''],
};

/** How the customer stands with the store. */
export function stateChips(customer) {
  return chips([
    states[customer.state],
    ...(customer.emailMarketing === 'SUBSCRIBED' ? [['Subscribed', 'accent']] : []),
    ...(customer.erasureRequestedAt ? [['Erasure requested', 'bad']] : []),
  ]);
}
