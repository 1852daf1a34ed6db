/** What the description of the admin API says of its routes; one that is not here is in it by its path alone. */
import { usualUpkeep } from '../config.ts';
import { activityFileInput, activityInput } from './admin-activity.ts';
import { appPolicyInput, appPolicyNameInput, appPolicyRemovalInput } from './admin-app-policies.ts';
import { backfillInput } from './admin-backfills.ts';
import {
  destinationInput,
  destinationNameInput,
  destinationRemovalInput,
  policyInput,
  settingsInput,
  switchInput,
} from './admin-destinations.ts';
import { userSearchInput } from './admin-directory.ts';
import { eventsInput } from './admin-events.ts';
import { explainInput } from './admin-explain.ts';
import { answerInput, chooseInput, giftInput, grantsInput, learnersInput } from './admin-grants.ts';
import { groupsInput } from './admin-groups.ts';
import { accountsInput, reviewsInput, settlementInput } from './admin-import.ts';
import { deliveriesInput, replayInput } from './admin-inbox.ts';
import {
  catalogueInput,
  guardDecisionInput,
  guardPageInput,
  newSourceInput,
  secretInput,
  sourceInput,
  sourceRemovalInput,
  tokenInput,
} from './admin-input.ts';
import { groupPreviewInput, policyEffectInput, policyPreviewInput } from './admin-mapping.ts';
import { offerInput, offersInput } from './admin-offers.ts';
import { coverageInput } from './admin-orders.ts';
import { overviewInput } from './admin-overview.ts';
import { peopleInput } from './admin-people.ts';
import { previewInput } from './admin-preview.ts';
import { namesInput, productsInput } from './admin-products.ts';
import { retentionInput } from './admin-retention.ts';
import { signInSettingsInput } from './admin-sign-in.ts';
import { noticeSettingsInput, noticesInput } from './notice-input.ts';
import type { RouteDocs } from './openapi.ts';

const lines = 'application/x-ndjson';

/** Those at the root. */
const root: RouteDocs = {
  'GET /session': { summary: 'Who asks' },
  'GET /openapi.json': { summary: 'This description' },
  'GET /connectors': { summary: 'The kinds of destination there are, with their fields' },
  'GET /tenants': { summary: 'All tenants; for the operator' },
};

/** Those of a tenant. */
const ofTenant: RouteDocs = {
  'GET /overview': { summary: 'Set-up, health, growth and what waits', query: overviewInput },
  'GET /connectors': { summary: 'The kinds of destination there are, for a shop’s staff' },
  'GET /status': { summary: 'How all destinations stand, in numbers' },
  'GET /events': {
    ...{ summary: 'What happens, as it happens', query: eventsInput, media: 'text/event-stream' },
  },
  'GET /explain': { summary: 'Why somebody stands as they do', query: explainInput },
  'GET /people': { summary: 'People, found as one types', query: peopleInput },
  'GET /people/:personId': { summary: 'One person, whole' },
  'POST /people/:personId/sync': { summary: 'Looks at a person again now', status: 202 },
  'GET /groups': { summary: 'Groups, found by their names', query: groupsInput },
  'GET /activity': { summary: 'What was asked, decided and done', query: activityInput },
  'GET /activity/:lineId': { summary: 'A line of activity with its steps' },
  'GET /activity.csv': {
    ...{ summary: 'Activity as a file', query: activityFileInput, media: 'text/csv' },
  },
  'GET /app-policies': { summary: 'App Login Policies' },
  'POST /app-policies': { summary: 'Adds one', body: appPolicyInput, status: 201 },
  'PATCH /app-policies/:policyId': { summary: 'Renames one', body: appPolicyNameInput },
  'DELETE /app-policies/:policyId': { summary: 'Removes one', query: appPolicyRemovalInput },
  'GET /directory/search': {
    ...{ summary: 'Users of the directory, found as one types', query: userSearchInput },
  },
  'POST /directory/Users/:id/invitation': {
    ...{ summary: 'A link with which a user of the directory chooses a password', status: 201 },
  },
  'POST /directory/Users/:id/sign-out': { summary: 'Ends every session of a user' },
  'GET /directory/sign-in-settings': { summary: 'What people may change about themselves' },
  'PUT /directory/sign-in-settings': {
    ...{ summary: 'Sets what people may change about themselves', body: signInSettingsInput },
  },
  'GET /exports': { summary: 'Exports of customers’ data' },
  'GET /exports/:exportId': { summary: 'One of them, as a file' },
};

/** Connections, below `/sources`. */
const sources: RouteDocs = {
  'GET ': { summary: 'The SCIM connections, and what each has brought' },
  'POST ': { summary: 'Adds one, switched off', body: newSourceInput, status: 201 },
  'GET /:sourceId': { summary: 'One of them' },
  'PATCH /:sourceId': { summary: 'Changes its switches and settings', body: sourceInput },
  'DELETE /:sourceId': { summary: 'Removes one', query: sourceRemovalInput, status: 204 },
  'GET /:sourceId/status': { summary: 'How far its people have got' },
  'GET /:sourceId/tokens': { summary: 'Its bearer tokens, without their texts' },
  'POST /:sourceId/tokens': { summary: 'Makes a token', body: tokenInput, status: 201 },
  'DELETE /:sourceId/tokens/:tokenId': { summary: 'Revokes a token', status: 204 },
  'GET /:sourceId/secrets': { summary: 'Its client secrets, without their texts' },
  'POST /:sourceId/secrets': { summary: 'Makes a client secret', body: secretInput, status: 201 },
  'DELETE /:sourceId/secrets/:tokenId': { summary: 'Revokes a client secret', status: 204 },
  'GET /:sourceId/schemas': { summary: 'Its custom attributes' },
  'GET /:sourceId/schemas/:urn': { summary: 'One schema extension' },
  'PUT /:sourceId/schemas/:urn': { summary: 'Defines one (RFC 7643 §7)' },
  'DELETE /:sourceId/schemas/:urn': { summary: 'Removes one' },
};

/** Destinations, below `/destinations`. */
const destinations: RouteDocs = {
  'GET ': { summary: 'The destinations' },
  'POST ': { summary: 'Adds one', body: destinationInput, status: 201 },
  'GET /:destinationId': { summary: 'One of them' },
  'PATCH /:destinationId': { summary: 'Renames it', body: destinationNameInput },
  'DELETE /:destinationId': {
    ...{ summary: 'Removes it', query: destinationRemovalInput, status: 204 },
  },
  'POST /:destinationId/activate': { summary: 'Has it worked on', body: switchInput },
  'POST /:destinationId/pause': { summary: 'Has it not worked on', body: switchInput },
  'POST /:destinationId/restart': { summary: 'Looks at everybody again', body: switchInput },
  'POST /:destinationId/test': { summary: 'Tries it, and writes nothing there' },
  'PUT /:destinationId/settings': { summary: 'Gives it other settings', body: settingsInput },
  'GET /:destinationId/status': { summary: 'How it stands, in numbers' },
  'GET /:destinationId/groups': { summary: 'How the groups that are made there stand' },
  'GET /:destinationId/bulk': { summary: 'How bulk does, and its runs' },
  'GET /:destinationId/memberships': { summary: 'What can be picked', query: catalogueInput },
  'GET /:destinationId/policy': { summary: 'Its policy, and what it can be drawn from' },
  'PUT /:destinationId/policy': { summary: 'Puts a policy in force', body: policyInput },
  'POST /:destinationId/policy/effect': {
    ...{ summary: 'How many people and groups a policy would touch', body: policyEffectInput },
  },
  'POST /:destinationId/policy/preview': {
    ...{ summary: 'The account a policy would give a person', body: policyPreviewInput },
  },
  'POST /:destinationId/policy/group-preview': {
    ...{ summary: 'What a policy would make of a group there', body: groupPreviewInput },
  },
  'POST /:destinationId/preview': {
    ...{ summary: 'What would become of everybody', body: previewInput, media: lines },
  },
  'GET /:destinationId/previews/:previewId': { summary: 'A preview, compared with what was done' },
  'GET /:destinationId/guard': { summary: 'Whom the guard holds', query: guardPageInput },
  'POST /:destinationId/guard/allow': { summary: 'Lets them leave', body: guardDecisionInput },
  'POST /:destinationId/guard/discard': { summary: 'Has them stay', body: guardDecisionInput },
  'POST /:destinationId/import': { summary: 'Matches existing accounts', status: 202 },
  'GET /:destinationId/imports': { summary: 'The latest ten imports' },
  'GET /:destinationId/imports/:importId': { summary: 'How an import stands' },
  'GET /:destinationId/imports/:importId/accounts': {
    ...{ summary: 'Its accounts by verdict', query: accountsInput },
  },
  'GET /:destinationId/reviews': { summary: 'Whose account is in doubt', query: reviewsInput },
  'GET /:destinationId/reviews/:linkId': { summary: 'The accounts that may be somebody’s' },
  'POST /:destinationId/reviews/:linkId': { summary: 'Settles a doubt', body: settlementInput },
};

/** Courses: offers, rights, orders; and what the shop tells. */
const courses: RouteDocs = {
  'GET /offers': { summary: 'Offers', query: offersInput },
  'POST /offers': { summary: 'Makes an offer', body: offerInput, status: 201 },
  'GET /offers/:offerId': { summary: 'One offer, as it is in force' },
  'PUT /offers/:offerId': { summary: 'Its next version', body: offerInput },
  'GET /offers/:offerId/versions': { summary: 'All its versions' },
  'POST /offers/:offerId/withdraw': { summary: 'Withdraws it' },
  'GET /grants': { summary: 'Rights', query: grantsInput },
  'POST /grants': { summary: 'Gives a right by hand', body: giftInput, status: 201 },
  'GET /grants/:grantId': { summary: 'One right' },
  'POST /grants/:grantId/withdraw': { summary: 'Takes it back' },
  'POST /grants/:grantId/answer': { summary: 'Answers its question', body: answerInput },
  'POST /grants/:grantId/choose': { summary: 'Says whose it is', body: chooseInput },
  'POST /grants/:grantId/learners': { summary: 'Names who learns', body: learnersInput },
  'GET /backfills': { summary: 'Offers applied to earlier orders' },
  'POST /backfills': { summary: 'Applies one', body: backfillInput, status: 202 },
  'POST /backfills/preview': {
    ...{ summary: 'What that would do', body: backfillInput, media: lines },
  },
  'GET /backfills/:backfillId': { summary: 'How a back-fill stands' },
  'POST /backfills/:backfillId/undo': { summary: 'Undoes one' },
  'GET /orders/coverage': {
    ...{ summary: 'Whether all that was paid for has arrived', query: coverageInput, media: lines },
  },
  'GET /shop/products': { summary: 'Products of the shop', query: productsInput },
  'GET /shop/products/names': { summary: 'What products are called', query: namesInput },
  'GET /inbox': { summary: 'What the shop told', query: deliveriesInput },
  'GET /inbox/:deliveryId': { summary: 'One delivery, as it came' },
  'POST /inbox/:deliveryId/replay': { summary: 'Works it off again' },
  'POST /inbox/replay': { summary: 'Works several off again', body: replayInput },
  'GET /retention': { summary: 'For how many days what is written down is kept' },
  'PUT /retention': {
    ...{ summary: 'Keeps it for fewer days', body: retentionInput(usualUpkeep) },
  },
  'GET /notices': { summary: 'Notices and their deliveries', query: noticesInput },
  'GET /notices/settings': { summary: 'Where notices go' },
  'PUT /notices/settings': {
    summary: 'Changes where they go',
    body: noticeSettingsInput({ mail: 'available', privateNetwork: 'refused' }),
  },
  'POST /notices/test': { summary: 'Sends a notice to try it' },
};

const below = (path: string, docs: RouteDocs): RouteDocs =>
  Object.fromEntries(
    Object.entries(docs).map(([key, doc]) => [key.replace(' ', ` ${path}`), doc] as const),
  );

/** All of them, by method and path below `/api`. */
export const apiDocs: RouteDocs = {
  ...root,
  ...below('/tenants/:tenantId', {
    ...ofTenant,
    ...courses,
    ...below('/sources', sources),
    ...below('/destinations', destinations),
  }),
};
