/**
 * Attributes of a customer that Shopify has no field for: metafields. Those of our own namespace are there from the
 * start; others, of the merchant's namespaces, where a policy names them. Values are text.
 * https://shopify.dev/docs/apps/build/custom-data
 */
import type { Attributes } from '../provisioning/connector.ts';
import { DestinationError } from '../provisioning/failure.ts';
import type { Send } from '../shopify/company-contacts.ts';
import * as operations from '../shopify/operations.generated.ts';

/** The namespace reserved for our app. */
const ours = '$app';

/** Attributes in our own namespace: text a merchant can read beside the customer. */
const named = {
  department: { key: 'department', name: 'Department' },
  title: { key: 'title', name: 'Title' },
  organization: { key: 'organization', name: 'Organization' },
  employeeNumber: { key: 'employee_number', name: 'Employee number' },
} as const;

/** What an attribute in a namespace of the merchant's begins with: then come namespace and key. */
export const metafieldPrefix = 'metafield.';

/** Where a metafield is. */
interface Place {
  readonly namespace: string;
  readonly key: string;
}

/** A metafield and what is to stand in it; `null` for nothing. */
export interface MetafieldValue extends Place {
  readonly value: string | null;
}

interface Definition extends Place {
  readonly name: string;
  readonly type: string;
}

const text = 'single_line_text_field';

/** What is defined in our own namespace. */
const definitions: readonly Definition[] = [
  { namespace: ours, key: 'link_id', name: 'Rollcall link', type: 'id' },
  { namespace: ours, key: 'state', name: 'Rollcall state', type: 'json' },
  ...Object.values(named).map((one) => ({ namespace: ours, type: text, ...one })),
];

/** What people call the attributes in our own namespace. */
export const metafieldLabels = Object.fromEntries(
  Object.entries(named).map(([attribute, { key, name }]) => [
    attribute,
    { label: name, metafield: `${ours}.${key}` },
  ]),
);

/** Namespace and key as Shopify takes them (https://shopify.dev/docs/apps/build/custom-data/metafields). */
const merchants = /^metafield\.([A-Za-z0-9_-]{3,255})\.([A-Za-z0-9_-]{2,64})$/;

function merchantsPlace(attribute: string): Place | null {
  const [, namespace, key] = merchants.exec(attribute) ?? [];
  return namespace === undefined || key === undefined ? null : { namespace, key };
}

/** What is wrong with the name of an attribute that begins like a metafield's; `null` where nothing is. Pure. */
export function complaintAboutMetafield(attribute: string): string | null {
  return merchantsPlace(attribute) === null
    ? 'must be the namespace and key of a metafield, with a dot between them, like metafield.custom.cost_center'
    : null;
}

/** A metafield in our own namespace. */
export const ourMetafield = (key: 'link_id' | 'state', value: string | null): MetafieldValue => ({
  ...{ namespace: ours, key, value },
});

/** What of these attributes is kept in metafields. Pure. */
export function metafieldValues(attributes: Attributes): readonly MetafieldValue[] {
  return Object.entries(attributes).flatMap(([attribute, value]) => {
    const place = Object.hasOwn(named, attribute)
      ? { namespace: ours, key: named[attribute as keyof typeof named].key }
      : merchantsPlace(attribute);
    return place === null ? [] : [{ ...place, value }];
  });
}

/** The merchants' metafields among attributes that a policy names, each once. */
function placesIn(attributes: readonly string[]): readonly Place[] {
  return [...new Set(attributes)].flatMap((attribute) => merchantsPlace(attribute) ?? []);
}

/** Asks for the merchants' metafields as well wherever an operation asks for a customer's state. */
export function asking(
  attributes: readonly string[],
): <Result, Variables>(
  operation: operations.Operation<Result, Variables>,
) => operations.Operation<Result, Variables> {
  const fields = placesIn(attributes).map(
    ({ namespace, key }, at) =>
      `  merchants${at}: metafield(namespace: "${namespace}", key: "${key}") { namespace key value }\n`,
  );
  const begin = 'fragment CustomerState on Customer {\n';
  return (operation) =>
    fields.length === 0
      ? operation
      : { ...operation, text: operation.text.replace(begin, begin + fields.join('')) };
}

/** The merchants' metafields that were asked for and are there, as attributes. */
export function merchantsMetafields(customer: object): Attributes {
  const found = Object.entries(customer).flatMap(([alias, field]) =>
    alias.startsWith('merchants') && field !== null
      ? [[`${metafieldPrefix}${field.namespace}.${field.key}`, String(field.value)]]
      : [],
  );
  return Object.fromEntries(found);
}

/**
 * Defines what is missing of our metafields and of those that a policy names: Shopify keeps text in none that nobody
 * has defined. One that is there stays as it is.
 * @throws `DestinationError` (misconfigured) where Shopify does not let us
 */
export async function defineMetafields(attributes: readonly string[], send: Send): Promise<void> {
  const wanted = [
    ...definitions,
    ...placesIn(attributes).map(({ namespace, key }) => ({
      ...{ namespace, key, name: titleOf(key), type: text },
    })),
  ];
  for (const namespace of new Set(wanted.map((definition) => definition.namespace))) {
    const of = wanted.filter((definition) => definition.namespace === namespace);
    const { metafieldDefinitions } = await send(operations.CustomerMetafieldDefinitions, {
      namespace,
    });
    const present = new Set(metafieldDefinitions.nodes.map(({ key }) => key));
    for (const definition of of) if (!present.has(definition.key)) await define(definition, send);
  }
}

async function define({ namespace, key, name, type }: Definition, send: Send): Promise<void> {
  // In the merchant's own namespaces access is the merchant's to give.
  const access =
    namespace === ours
      ? ({ admin: 'MERCHANT_READ', storefront: 'NONE', customerAccount: 'NONE' } as const)
      : null;
  const { metafieldDefinitionCreate } = await send(operations.CustomerMetafieldDefinitionCreate, {
    ...{ namespace, key, name, type, access },
  });
  const [error] = (metafieldDefinitionCreate?.userErrors ?? []).filter(
    ({ code }) => code !== 'TAKEN',
  );
  if (error !== undefined)
    throw new DestinationError(
      'misconfigured',
      `Shopify does not let us define the metafield ${namespace}.${key}: ${error.message}`,
      { code: 'permissions' },
    );
}

/** `cost_center` as people write it. */
function titleOf(key: string): string {
  const words = key.replaceAll(/[_-]+/g, ' ').trim();
  return words === '' ? key : words.charAt(0).toUpperCase() + words.slice(1);
}
