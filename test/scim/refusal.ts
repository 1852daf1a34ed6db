/** Says of a function that it throws a `ScimError`, with which status and scimType. */
import assert from 'node:assert/strict';
import { ScimError, type ScimType } from '../../src/scim/error.ts';

/** Asserts that `act` is refused as 400 with a scimType, and with a detail that matches. */
export function refuses(act: () => unknown, scimType: ScimType, detail: RegExp = /./): void {
  assert.throws(act, (error) => {
    if (!(error instanceof ScimError)) throw error;
    assert.equal(error.scimType, scimType, error.detail);
    assert.equal(error.status, 400);
    assert.match(error.detail, detail);
    return true;
  });
}
