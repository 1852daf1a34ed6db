/**
 * `stagedUploadsCreate`, for the variables of bulk mutations.
 * https://shopify.dev/docs/api/admin-graphql/latest/mutations/stagedUploadsCreate
 */
import { type Problem, under } from '../../shop/problem.ts';
import { createTarget } from '../../shop/staged-uploads.ts';
import type { Fields } from '../context.ts';
import { notImplemented } from '../errors.ts';
import { plainErrors } from './user-errors.ts';

interface StagedUploadInput {
  readonly resource: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly httpMethod?: string | null;
  readonly fileSize?: string | null;
}

/** Where the store takes uploads in. */
export const uploadPath = '/staged-uploads';

export const stagedUploadMutations: Fields<undefined> = {
  stagedUploadsCreate: (_, { input }: { input: readonly StagedUploadInput[] }, { shop }) => {
    for (const given of input) refuseUnknown(given);
    const problems = input.flatMap((given, index) =>
      given.filename.trim() === '' ? [under(['input', `${index}`], blank)] : [],
    );
    if (problems.length > 0) return { stagedTargets: null, userErrors: plainErrors(problems) };
    const stagedTargets = shop.database.transaction(() =>
      input.map((given) => ({
        url: `${shop.live.origin}${uploadPath}`,
        // Null for everything that becomes no file of the shop's.
        resourceUrl: null,
        parameters: createTarget(shop, given).parameters,
      })),
    );
    return { stagedTargets, userErrors: [] };
  },
};

function refuseUnknown({ resource, httpMethod }: StagedUploadInput): void {
  if (resource !== 'BULK_MUTATION_VARIABLES')
    throw notImplemented(`stagedUploadsCreate for ${resource}`);
  if (httpMethod !== 'POST') throw notImplemented('stagedUploadsCreate for PUT');
}

const blank: Problem = { field: ['filename'], message: "Filename can't be blank", code: null };
