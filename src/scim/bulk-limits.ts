/** How much one bulk request may ask for (RFC 7644 §3.7.4): published, and enforced with 413. */

/** Published as `bulk.maxOperations`. */
export const MAX_BULK_OPERATIONS = 1_000;

/** In bytes; published as `bulk.maxPayloadSize`. */
export const MAX_BULK_PAYLOAD = 1_048_576;
