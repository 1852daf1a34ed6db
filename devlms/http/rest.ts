/**
 * `/webservice/rest/server.php`: the form, the fault that may strike, and what Moodle answers. Errors
 * are answers like any other, with HTTP 200.
 */
import type { IncomingMessage } from 'node:http';
import { type Exchange, pause, readText } from '../../standin/exchange.ts';
import { MoodleError, moodleException } from '../errors.ts';
import type { FaultSettings } from '../faults.ts';
import { authenticate, requireFunction } from '../moodle/access.ts';
import { functionNamed } from '../moodle/functions.ts';
import { xmlError, xmlResult } from '../moodle/xml.ts';
import { type PhpArray, type PhpValue, readForm } from '../php/form.ts';
import { encodeJson } from '../php/json.ts';
import type { LmsParts } from '../server.ts';
import { type Settings, settingsOf } from '../site/settings.ts';
import { sendForbidden } from './html.ts';

interface RestCall {
  readonly token: string | undefined;
  readonly name: string | undefined;
  readonly format: 'json' | 'xml';
  readonly raw: boolean;
  readonly parameters: PhpArray;
  readonly address: string;
}

/** Answers a call. */
export async function serveRest(lms: LmsParts, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  lms.stats.begin();
  response.once('close', () => lms.stats.end());
  const settings = settingsOf(lms.site);
  const call = restCall(await formOf(exchange), request);
  if (!settings.webServices || !settings.restProtocol) {
    lms.stats.countFailure();
    return sendForbidden(response);
  }
  const name = call.name ?? '(none)';
  lms.stats.countFunction(name);
  const fault = lms.faults.strike(name, asText(call.parameters));
  if (fault?.kind === 'slow') await pause(fault.delayMs);
  if (fault && (await failInstead(lms, exchange, fault))) return;
  const answer = await answerOf(lms, call, fault);
  if (fault?.kind === 'cut-after') return cut(lms, exchange);
  send(exchange, call, answer);
}

/** Query and body together, as PHP does; a body that is no form is nothing. */
export async function formOf({ request, url }: Exchange): Promise<PhpArray> {
  const body = await readText(request);
  const isForm = (request.headers['content-type'] ?? '').startsWith(
    'application/x-www-form-urlencoded',
  );
  return new Map([...readForm(url.search.slice(1)), ...(isForm ? readForm(body) : [])]);
}

/** Arguments that are about the call, and not the function's. */
const ofTheCall = [
  'wstoken',
  'wsfunction',
  'moodlewsrestformat',
  'moodlewssettingraw',
  'moodlewssettingfileurl',
  'moodlewssettingfilter',
  'moodlewssettinglang',
  'moodlewssettingtimezone',
];

function restCall(form: PhpArray, request: IncomingMessage): RestCall {
  return {
    token: textIn(form, 'wstoken'),
    name: textIn(form, 'wsfunction'),
    format: form.get('moodlewsrestformat') === 'json' ? 'json' : 'xml',
    raw: form.get('moodlewssettingraw') === '1',
    parameters: new Map([...form].filter(([key]) => !ofTheCall.includes(key))),
    address: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  };
}

/** A variable that is a text; one that is an array is none. */
export function textIn(form: PhpArray, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === 'string' ? value : undefined;
}

const asText = (parameters: PhpArray): string =>
  JSON.stringify(parameters, (_key, value: PhpValue) =>
    value instanceof Map ? Object.fromEntries(value) : value,
  );

type Answer = { readonly result: unknown } | { readonly error: MoodleError };

interface TextAnswer {
  readonly type: string;
  readonly text: string;
}

/** Acts, and gives the text of the answer. */
async function answerOf(
  lms: LmsParts,
  call: RestCall,
  fault: FaultSettings | undefined,
): Promise<TextAnswer> {
  const settings = settingsOf(lms.site);
  const answer = await resultOf(lms, settings, { call, fault });
  if ('error' in answer) lms.stats.countException();
  const isJson = call.format === 'json';
  const text =
    'error' in answer
      ? isJson
        ? encodeJson(errorBody(answer.error, settings))
        : xmlError(answer.error, settings.debugging)
      : isJson
        ? encodeJson(answer.result)
        : xmlResult(answer.result);
  return { type: isJson ? 'application/json' : 'application/xml; charset=utf-8', text };
}

async function resultOf(
  { site }: LmsParts,
  settings: Settings,
  { call, fault }: { readonly call: RestCall; readonly fault: FaultSettings | undefined },
): Promise<Answer> {
  try {
    if (fault) refuseAsTold(fault);
    const caller = authenticate(site, settings, call);
    const run = functionNamed(call.name);
    requireFunction(call.name, { known: run !== undefined, service: caller.service });
    const { raw } = call;
    return { result: await run?.({ site, settings, ...caller, raw }, call.parameters) };
  } catch (error) {
    if (error instanceof MoodleError) return { error };
    throw error;
  }
}

function refuseAsTold({ kind, error }: FaultSettings): void {
  if (kind === 'invalid-token')
    throw moodleException('invalidtoken', 'Invalid token - token not found');
  if (kind === 'exception') throw new MoodleError(error.exception, error.errorcode, error.message);
}

const errorBody = (error: MoodleError, { debugging }: Settings): object => ({
  exception: error.exception,
  errorcode: error.errorcode,
  message: error.message,
  ...(debugging && error.debuginfo !== null ? { debuginfo: error.debuginfo } : {}),
});

function send({ response }: Exchange, call: RestCall, { type, text }: TextAnswer): void {
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    ...(call.format === 'xml' ? { 'Content-Disposition': 'inline; filename="response.xml"' } : {}),
    'Cache-Control': 'private, must-revalidate, pre-check=0, post-check=0, max-age=0',
    'Access-Control-Allow-Origin': '*',
  });
  response.end(text);
}

/** Deals with the faults that keep a call from being made; says whether it did. */
async function failInstead(
  lms: LmsParts,
  exchange: Exchange,
  fault: FaultSettings,
): Promise<boolean> {
  switch (fault.kind) {
    case 'status':
      lms.stats.countFailure();
      sendStatus(exchange, fault);
      return true;
    case 'hang':
      await pause(fault.delayMs, exchange);
      cut(lms, exchange);
      return true;
    case 'cut-before':
      cut(lms, exchange);
      return true;
    default:
      return false;
  }
}

/** What stands before Moodle answers in HTML. */
function sendStatus({ response }: Exchange, { status }: FaultSettings): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    ...(status === 429 || status === 503 ? { 'Retry-After': '2' } : {}),
  });
  response.end('<html><body><h1>The development LMS was told to fail</h1></body></html>');
}

function cut(lms: LmsParts, { request }: Exchange): void {
  lms.stats.countFailure();
  request.socket.destroy();
}
