/** Rights in the admin API: what was bought and given by hand, and what people decide about it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  answerQuestion,
  chooseLearner,
  give,
  nameForLine,
  thePerson,
  withdraw,
} from '../courses/decisions.ts';
import { findRight, type LedgerRow, listRights } from '../store/ledger.ts';
import { findPeople } from '../store/people.ts';
import type { AdminApiOptions } from './admin-api.ts';
import { readInput } from './admin-input.ts';
import { type TenantParams, tenantOf } from './admin-scope.ts';
import { notFound } from './problem.ts';

const limit = 'must be a whole number from 1 to 200';
const who = 'must be a userName, an e-mail address or a SCIM id';
const aPerson = z.string(who).trim().min(1, who).max(512, who);
const anOrder = 'must be the id of an order, or its name like #1001';

/** Which rights. */
export const grantsInput = z.strictObject({
  attention: z.enum(['true', 'false'], 'must be true or false').default('false'),
  person: aPerson.optional(),
  order: z.string(anOrder).trim().min(1, anOrder).max(255, anOrder).optional(),
  limit: z.coerce.number(limit).int(limit).min(1, limit).max(200, limit).default(50),
  before: z.uuid('must be the id of a right: the next page begins after it').optional(),
});

const why = 'must say why, in 1 to 200 characters';
const aMembership = 'must be a membership, in 1 to 200 characters';
const date = 'must be a date with its time zone, like 2027-01-31T00:00:00Z, or null for no end';

/** A right to be given by hand. */
export const giftInput = z.strictObject({
  person: aPerson,
  destination: z
    .string('must be the id of a destination')
    .min(1, 'must be the id of a destination'),
  membership: z.string(aMembership).min(1, aMembership).max(200, aMembership),
  note: z.string(why).trim().min(1, why).max(200, why),
  endsAt: z.iso
    .datetime({ offset: true, error: date })
    .transform((text) => new Date(text))
    .nullable()
    .default(null),
  ending: z.enum(['suspend', 'remove'], 'must be "suspend" or "remove"').default('suspend'),
});

/** What is answered to the question about a right. */
export const answerInput = z.strictObject({
  answer: z.enum(['keep', 'suspend', 'remove'], 'must be "keep", "suspend" or "remove"'),
});

/** Whose a held right is. */
export const chooseInput = z.strictObject({ person: aPerson });

const addresses = 'must be 1 to 1000 e-mail addresses';

/** Who learns from a line. */
export const learnersInput = z.strictObject({
  emails: z
    .array(z.email(addresses).max(320, addresses), addresses)
    .min(1, addresses)
    .max(1_000, addresses),
});

type Of = { Params: TenantParams & { readonly grantId: string } };

/** Adds the routes; to be registered under a tenant's grants. */
export async function grantRoutes(
  app: FastifyInstance,
  { world }: Pick<AdminApiOptions, 'world'>,
): Promise<void> {
  const { pool } = world;

  app.get<{ Params: TenantParams }>('/', async ({ params, query }) => {
    const { attention, person, order, limit, before } = readInput(grantsInput, query);
    const { tenantId } = await tenantOf(pool, params);
    const people = person === undefined ? null : await findPeople(pool, tenantId, person);
    const filter = {
      attention: attention === 'true',
      people: people?.map(({ resourceId }) => resourceId) ?? null,
      order: order ?? null,
    };
    return { grants: await listRights(pool, tenantId, filter, { limit, before: before ?? null }) };
  });

  app.get<Of>('/:grantId', ({ params }) => rightOf(params));

  app.post<{ Params: TenantParams }>('/', async ({ params, body, actor }, reply) => {
    const { person, destination: destinationId, ...gift } = readInput(giftInput, body);
    const { tenantId } = await tenantOf(pool, params);
    const resourceId = await thePerson(world, tenantId, person);
    const grantId = await give(world, { tenantId, destinationId, resourceId, actor, ...gift });
    return reply.code(201).send(await rightOf({ tenantId, grantId }));
  });

  app.post<Of>('/:grantId/withdraw', async (request) => {
    await withdraw(world, await aboutOf(request));
    return rightOf(request.params);
  });

  app.post<Of>('/:grantId/answer', async (request) => {
    const { answer } = readInput(answerInput, request.body);
    await answerQuestion(world, await aboutOf(request), answer);
    return rightOf(request.params);
  });

  app.post<Of>('/:grantId/choose', async (request) => {
    const { person } = readInput(chooseInput, request.body);
    const about = await aboutOf(request);
    await chooseLearner(world, about, await thePerson(world, about.tenantId, person));
    return rightOf(request.params);
  });

  app.post<Of>('/:grantId/learners', async (request) => {
    const { emails } = readInput(learnersInput, request.body);
    await nameForLine(world, await aboutOf(request), emails);
    return rightOf(request.params);
  });

  async function aboutOf({ params, actor }: FastifyRequest<Of>) {
    const { id: grantId } = await rightOf(params);
    return { tenantId: params.tenantId, grantId, actor };
  }

  async function rightOf(params: Of['Params']): Promise<LedgerRow> {
    const { tenantId } = await tenantOf(pool, params);
    const known = z.uuid().safeParse(params.grantId).success;
    const right = known ? await findRight(pool, tenantId, params.grantId) : null;
    if (right === null) throw notFound(`There is no right ${params.grantId} of this tenant.`);
    return right;
  }
}
