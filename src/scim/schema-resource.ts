/** Schemas as the protocol shows them (RFC 7643 §7). */
import type { JsonObject } from '../model.ts';
import type { Attribute, Schema } from './schema.ts';

/** What a schema says of itself: without the members that a resource has around it. */
export function schemaBody({ id, name, description, attributes }: Schema): JsonObject {
  return { id, name, description, attributes: attributes.list.map(attributeBody) };
}

/** An attribute with the characteristics that the RFC knows, and none of ours. */
function attributeBody(attribute: Attribute): JsonObject {
  const { canonicalValues, referenceTypes, subAttributes } = attribute;
  return {
    name: attribute.name,
    type: attribute.type,
    ...(attribute.type === 'complex'
      ? { subAttributes: subAttributes.list.map(attributeBody) }
      : {}),
    multiValued: attribute.multiValued,
    description: attribute.description,
    required: attribute.required,
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    caseExact: attribute.caseExact,
    mutability: attribute.mutability,
    returned: attribute.returned,
    uniqueness: attribute.uniqueness,
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
  };
}
