/**
 * The errors of RFC 7644 §3.12. A detail says what is wrong and what to do about it: it is read by
 * an administrator in the provisioning log of an identity provider.
 */

import { storable } from './json.ts';

/** The detail error keywords of RFC 7644 §3.12, Table 9, and of RFC 9865 §2.1, Table 3. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** The body of an error response; `status` is a string. */
export interface ErrorBody {
  readonly schemas: readonly string[];
  readonly scimType?: ScimType;
  readonly detail: string;
  readonly status: string;
}

const ERROR_URN = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** A request that the client must change: what is wrong with it, in the protocol's terms. */
export class ScimError extends Error {
  readonly status: number;
  readonly scimType?: ScimType;

  constructor(status: number, detail: string, scimType?: ScimType) {
    // It may quote the request, and is logged and stored.
    super(storable(detail));
    this.name = 'ScimError';
    this.status = status;
    if (scimType !== undefined) this.scimType = scimType;
  }

  get detail(): string {
    return this.message;
  }

  toBody(): ErrorBody {
    return {
      schemas: [ERROR_URN],
      ...(this.scimType === undefined ? {} : { scimType: this.scimType }),
      detail: this.detail,
      status: String(this.status),
    };
  }
}

/** 400: the filter's syntax, or an operator that its attribute does not have. */
export const invalidFilter = (detail: string) => new ScimError(400, detail, 'invalidFilter');

/** 400: the filter yields more than the server is willing to return. */
export const tooMany = (detail: string) => new ScimError(400, detail, 'tooMany');

/** 409: a value that must be unique is taken. */
export const uniqueness = (detail: string) => new ScimError(409, detail, 'uniqueness');

/** 400: the attribute's mutability does not allow the change. */
export const mutability = (detail: string) => new ScimError(400, detail, 'mutability');

/** 400: the structure of the body. */
export const invalidSyntax = (detail: string) => new ScimError(400, detail, 'invalidSyntax');

/** 400: the `path` of a PATCH operation. */
export const invalidPath = (detail: string) => new ScimError(400, detail, 'invalidPath');

/** 400: the `path` of a PATCH operation selects nothing. */
export const noTarget = (detail: string) => new ScimError(400, detail, 'noTarget');

/** 400: a value is missing, or is not of the attribute's type. */
export const invalidValue = (detail: string) => new ScimError(400, detail, 'invalidValue');

/** 400: the protocol version in the URL (RFC 7644 §3.13). */
export const invalidVers = (detail: string) => new ScimError(400, detail, 'invalidVers');

/** 400: not a cursor of ours, or not for this query (RFC 9865 §2.1). */
export const invalidCursor = (detail: string) => new ScimError(400, detail, 'invalidCursor');

/** 400: a cursor that came too late. */
export const expiredCursor = (detail: string) => new ScimError(400, detail, 'expiredCursor');

/** 400: the `count` of a query that is paged by cursor. */
export const invalidCount = (detail: string) => new ScimError(400, detail, 'invalidCount');

/** 403: personal information in a URL (RFC 7644 §7.5.2). */
export const sensitive = (detail: string) => new ScimError(403, detail, 'sensitive');

/** 401: no token, or not one of ours. */
export const unauthorized = (detail: string) => new ScimError(401, detail);

/** 403: known, but not allowed. */
export const forbidden = (detail: string) => new ScimError(403, detail);

/** 404: no such resource or endpoint. */
export const notFound = (detail: string) => new ScimError(404, detail);

/** 412: the resource changed since the version in If-Match (RFC 7644 §3.14). */
export const preconditionFailed = (detail: string) => new ScimError(412, detail);

/** 413: the body is larger than the server takes. */
export const payloadTooLarge = (detail: string) => new ScimError(413, detail);

/** 501: an optional part of the protocol that this server does not have. */
export const notImplemented = (detail: string) => new ScimError(501, detail);
