/** The bodies the control API takes. */
import { z } from 'zod';
import { faultKinds } from '../faults.ts';

export const faultBody = z.strictObject({
  kind: z.enum(faultKinds),
  match: z
    .strictObject({
      operation: z.string().exactOptional(),
      text: z.string().min(1).exactOptional(),
    })
    .default({}),
  times: z.number().int().min(1).nullable().default(1),
  probability: z.number().min(0).max(1).default(1),
  seed: z.number().int().default(1),
  delayMs: z.number().min(0).default(30_000),
  status: z.number().int().min(400).max(599).default(500),
  error: z
    .strictObject({
      exception: z.string().default('moodle_exception'),
      errorcode: z.string().default('generalexceptionmessage'),
      message: z.string().default('The development LMS was told to refuse this'),
    })
    .prefault({}),
});

export const siteBody = z.strictObject({
  name: z.string().min(1).exactOptional(),
  shortName: z.string().min(1).exactOptional(),
  maintenance: z.enum(['off', 'web', 'cli']).exactOptional(),
  webServices: z.boolean().exactOptional(),
  restProtocol: z.boolean().exactOptional(),
  debugging: z.boolean().exactOptional(),
  allowAccountsSameEmail: z.boolean().exactOptional(),
  extendedUsernameChars: z.boolean().exactOptional(),
  creationMs: z.number().min(0).exactOptional(),
  wwwroot: z.url().nullable().exactOptional(),
});

const method = z.enum(['enabled', 'disabled', 'missing']);
const shortText = z.string().trim().min(1).max(255);
const moment = z.number().int();

const courseDetails = {
  idnumber: z.string().max(100).exactOptional(),
  visible: z.boolean().exactOptional(),
  startDate: moment.exactOptional(),
  endDate: moment.exactOptional(),
};

export const courseBody = z.strictObject({
  fullname: shortText,
  shortname: shortText,
  ...courseDetails,
  manual: method.default('enabled'),
  self: method.default('missing'),
});

export const courseChangeBody = z.strictObject({
  fullname: shortText.exactOptional(),
  shortname: shortText.exactOptional(),
  ...courseDetails,
  manual: method.exactOptional(),
  self: method.exactOptional(),
});

const accountDetails = {
  idnumber: z.string().exactOptional(),
  auth: z.string().exactOptional(),
  suspended: z.boolean().exactOptional(),
  confirmed: z.boolean().exactOptional(),
  password: z.string().exactOptional(),
  capabilities: z.array(z.string()).exactOptional(),
  assignableRoles: z.array(z.number().int()).exactOptional(),
};

export const userBody = z.strictObject({
  id: z.number().int().min(1).exactOptional(),
  username: z.string().min(1),
  email: z.string().min(1),
  firstname: z.string(),
  lastname: z.string(),
  ...accountDetails,
});

export const userChangeBody = z.strictObject({
  username: z.string().min(1).exactOptional(),
  email: z.string().min(1).exactOptional(),
  firstname: z.string().exactOptional(),
  lastname: z.string().exactOptional(),
  ...accountDetails,
});

const idOrName = z.union([z.number().int(), z.string().min(1)]);

/** Somebody's enrolment by hand; `self` is the way that is not the web service's. */
export const enrolmentBody = z.strictObject({
  course: idOrName,
  user: idOrName,
  method: z.enum(['manual', 'self']).default('self'),
  suspended: z.boolean().default(false),
  timeStart: moment.default(0),
  timeEnd: moment.default(0),
});

export const serviceBody = z.strictObject({
  shortname: shortText,
  functions: z.array(z.string()).exactOptional(),
});

export const tokenBody = z.strictObject({
  user: idOrName,
  service: shortText,
  token: z.string().min(1).exactOptional(),
  validUntil: moment.exactOptional(),
  ipRestriction: z.string().exactOptional(),
});
