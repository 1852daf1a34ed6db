/** The arguments of the implemented fields, as the schema declares them. */
import type { AddressInput } from '../shop/addresses.ts';
import type { CustomerFields } from '../shop/customer-input.ts';

export interface UniqueMetafieldValue {
  readonly namespace?: string | null;
  readonly key: string;
  readonly value: string;
}

/** `@oneOf`: exactly one is there. */
export interface CustomerSetIdentifiers {
  readonly customId?: UniqueMetafieldValue;
  readonly id?: string;
  readonly email?: string;
  readonly phone?: string;
}

/** `@oneOf`: exactly one is there. */
export interface CustomerIdentifier {
  readonly customId?: UniqueMetafieldValue;
  readonly id?: string;
  readonly emailAddress?: string;
  readonly phoneNumber?: string;
}

export interface CustomerSetInput extends CustomerFields {
  readonly id?: string | null;
}

export interface CustomerInput extends CustomerFields {
  readonly id?: string | null;
  readonly emailMarketingConsent?: EmailConsentInput | null;
  readonly smsMarketingConsent?: object | null;
  readonly whatsAppMarketingConsent?: object | null;
  readonly metafields?: readonly MetafieldInput[] | null;
  readonly multipassIdentifier?: string | null;
}

export interface EmailConsentInput {
  readonly marketingState: string;
  readonly marketingOptInLevel?: string | null;
  readonly consentUpdatedAt?: string | null;
}

export interface MetafieldInput {
  readonly id?: string | null;
  readonly namespace?: string | null;
  readonly key?: string | null;
  readonly type?: string | null;
  readonly value?: string | null;
}

export interface MetafieldsSetInput {
  readonly ownerId: string;
  readonly namespace?: string | null;
  readonly key: string;
  readonly type?: string | null;
  readonly value: string;
  readonly compareDigest?: string | null;
}

export interface MetafieldIdentifier {
  readonly ownerId: string;
  readonly namespace: string;
  readonly key: string;
}

export interface MetafieldDefinitionInput {
  readonly ownerType: string;
  readonly namespace?: string | null;
  readonly key: string;
  readonly name: string;
  readonly description?: string | null;
  readonly type: string;
  readonly access?: {
    readonly admin?: string | null;
    readonly storefront?: string | null;
    readonly customerAccount?: string | null;
  } | null;
  readonly capabilities?: {
    readonly uniqueValues?: { readonly enabled: boolean } | null;
    readonly adminFilterable?: { readonly enabled: boolean } | null;
  } | null;
}

export interface AddressArguments {
  readonly customerId: string;
  readonly address: AddressInput;
  readonly setAsDefault?: boolean | null;
}

export interface CompanyCreateInput {
  readonly company: {
    readonly name: string;
    readonly externalId?: string | null;
    readonly note?: string | null;
  };
  readonly companyContact?: CompanyContactInput | null;
  readonly companyLocation?: CompanyLocationInput | null;
}

export interface CompanyContactInput {
  readonly email?: string | null;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly locale?: string | null;
  readonly phone?: string | null;
  readonly title?: string | null;
}

export interface CompanyLocationInput {
  readonly name?: string | null;
  readonly externalId?: string | null;
  readonly note?: string | null;
  readonly phone?: string | null;
  readonly locale?: string | null;
  readonly billingAddress?: object | null;
  readonly shippingAddress?: object | null;
  readonly buyerExperienceConfiguration?: object | null;
}

/** The arguments every connection has. */
export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
  readonly reverse?: boolean | null;
}
