/** `MailingAddress`. */
import { type Address, addressName, formattedArea, formattedLines } from '../../shop/addresses.ts';
import { addressGlobalId } from '../../shop/global-id.ts';
import type { Fields } from '../context.ts';

export const addressFields: Fields<Address> = {
  id: ({ id }) => addressGlobalId(id),
  countryCodeV2: ({ countryCode }) => countryCode,
  name: addressName,
  formattedArea,
  formatted: (address, options: { withName: boolean; withCompany: boolean }) =>
    formattedLines(address, options),
  // Nothing looks an address up on a map here.
  coordinatesValidated: () => false,
  latitude: () => null,
  longitude: () => null,
  timeZone: () => null,
  validationResultSummary: () => null,
};
