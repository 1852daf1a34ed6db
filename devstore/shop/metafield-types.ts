/** The types a metafield may have, and what Shopify says of a value that does not fit its type. */

const scalarTypes =
  'antenna_gain, area, battery_charge_capacity, battery_energy_capacity, boolean, capacitance, color, concentration, data_storage_capacity, data_transfer_rate, date_time, date, dimension, display_density, distance, duration, electric_current, electrical_resistance, energy, frequency, id, illuminance, inductance, json, jurisdiction, language, link';
const listTypes =
  'list.antenna_gain, list.area, list.battery_charge_capacity, list.battery_energy_capacity, list.capacitance, list.color, list.concentration, list.data_storage_capacity, list.data_transfer_rate, list.date_time, list.date, list.dimension, list.display_density, list.distance, list.duration, list.electric_current, list.electrical_resistance, list.energy, list.frequency, list.illuminance, list.inductance, list.jurisdiction, list.link, list.luminous_flux, list.mass_flow_rate, list.number_decimal, list.number_integer, list.power, list.pressure, list.rating, list.resolution, list.rotational_speed, list.single_line_text_field, list.sound_level, list.speed, list.temperature, list.thermal_power, list.url, list.voltage, list.volume, list.volumetric_flow_rate, list.weight';
const moreScalarTypes =
  'luminous_flux, mass_flow_rate, money, multi_line_text_field, number_decimal, number_integer, power, pressure, rating, resolution, rich_text_field, rotational_speed, single_line_text_field, sound_level, speed, temperature, thermal_power, url, voltage, volume, volumetric_flow_rate, weight';
const referenceTypes =
  'company_reference, list.company_reference, customer_reference, list.customer_reference, product_reference, list.product_reference, collection_reference, list.collection_reference, variant_reference, list.variant_reference, file_reference, list.file_reference, product_taxonomy_value_reference, list.product_taxonomy_value_reference, product_taxonomy_disclosure_reference, metaobject_reference, list.metaobject_reference, mixed_reference, list.mixed_reference, disclosure_reference, list.disclosure_reference, page_reference, list.page_reference, article_reference, list.article_reference, order_reference, list.order_reference';

const allTypes = [scalarTypes, listTypes, moreScalarTypes, referenceTypes].join(', ');
const types = new Set(allTypes.split(', '));

export function isMetafieldType(type: string): boolean {
  return types.has(type);
}

/** Shopify's sentence for a type it does not know, with the whole list. */
export function unknownTypeMessage(type: string): string {
  return `Type name ${type} is not a valid type. Valid types are: ${allTypes}.`;
}

/** The complaint about a value that is not of its type, or undefined. */
export function valueComplaint(type: string, value: string): string | undefined {
  if (type.startsWith('list.')) return listComplaint(type.slice('list.'.length), value);
  return checks[type]?.(value);
}

const checks: Readonly<Record<string, (value: string) => string | undefined>> = {
  boolean: (value) => unless(/^(true|false)$/.test(value), 'Value must be true or false.'),
  color: (value) => unless(/^#[0-9a-f]{6}$/i.test(value), 'Value must be a hex color code.'),
  date: (value) =>
    unless(
      /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)),
      'Value must be in “YYYY-MM-DD” format. For example: 2022-06-01',
    ),
  date_time: (value) =>
    unless(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?/.test(value) && !Number.isNaN(Date.parse(value)),
      'Value must be in “YYYY-MM-DDTHH:MM:SS” format. For example: 2022-06-01T15:30:00',
    ),
  json: (value) => jsonComplaint(value),
  number_decimal: (value) => unless(/^-?\d+(\.\d+)?$/.test(value), 'Value must be a decimal.'),
  number_integer: (value) => unless(/^-?\d+$/.test(value), 'Value must be an integer.'),
  single_line_text_field: (value) =>
    unless(!/[\r\n]/.test(value), 'Value must be a single line text string.'),
};

function listComplaint(elementType: string, value: string): string | undefined {
  const complaint = jsonComplaint(value);
  if (complaint !== undefined) return complaint;
  const list: unknown = JSON.parse(value);
  if (!Array.isArray(list)) return 'Value must be an array.';
  return list.map((item) => valueComplaint(elementType, String(item))).find(Boolean);
}

function jsonComplaint(value: string): string | undefined {
  try {
    JSON.parse(value);
    return undefined;
  } catch (error) {
    return `Value is invalid JSON: ${error instanceof Error ? error.message : value}.`;
  }
}

function unless(right: boolean, complaint: string): string | undefined {
  return right ? undefined : complaint;
}
