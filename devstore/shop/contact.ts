/** How Shopify normalises and judges the ways to reach a customer. */
import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js';
import { shopCountry } from './shop.ts';

const addressPattern =
  /^[^\s@<>()[\],;:"\\]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}{2,}$/u;

/** An address without white space and in lower case; blank is none. */
export function normaliseEmail(email: string | null): string | null {
  const compact = (email ?? '').replace(/\s+/g, '').toLowerCase();
  return compact === '' ? null : compact;
}

/** Whether a normalised address has the form of one. */
export function isEmail(email: string): boolean {
  const local = email.slice(0, email.lastIndexOf('@'));
  return addressPattern.test(email) && !/^\.|\.$|\.\./.test(local);
}

/**
 * A number in E.164, or null when it is no valid number. Digits without a country code are read
 * with the country of the customer's address, else of the shop.
 */
export function normalisePhone(phone: string, country: string | null): string | null {
  const parsed = parsePhoneNumberFromString(phone, phoneCountry(country));
  return parsed?.isValid() ? parsed.number : null;
}

function phoneCountry(country: string | null): CountryCode {
  return country !== null && isSupportedCountry(country) ? country : shopCountry;
}

const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** Whether Shopify would know the locale: `en`, `pt-BR`, `zh-Hant-TW`; no made-up language. */
export function isLocale(locale: string): boolean {
  if (!/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/.test(locale)) return false;
  return languageNames.of(locale.split('-', 1).join()) !== undefined;
}
