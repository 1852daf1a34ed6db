import type { Connector } from '../provisioning/connector.ts';
import { canvas } from './canvas.ts';
import { moodle } from './moodle.ts';
import { scim } from './scim.ts';
import { shopify } from './shopify.ts';
import { thinkific } from './thinkific.ts';

/** Every kind of destination, by name. A new connector is one file and one line here. */
export const connectors = {
  shopify,
  moodle,
  canvas,
  thinkific,
  scim,
} satisfies Record<string, Connector>;

/** The connector with this name, or `null`. */
export function connectorNamed(name: string): Connector | null {
  return name in connectors ? connectors[name as keyof typeof connectors] : null;
}
