import { z } from 'zod';
import { type HttpAnswer, HttpFailure, sendHttpRequest } from '../../../infra/http/request.ts';
import { isDeeperThan } from '../../../shared/nesting.ts';
import { httpUrlSchema } from '../../../shared/validate.ts';
import { retryAfterMs } from './retry-after.ts';
import { reading, type StepEffect, StepFailure, type StepPort, type StepType } from './step-type.ts';

/** RFC 9110 §5.1 and §5.5; a line break would begin another header. */
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'This is not a valid header name.');
const headerValue = z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'This is not a valid header value.');
const status = z.int().min(100).max(599);

const schema = z.strictObject({
  method: z
    .enum(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'])
    .default('GET')
    .describe('The method of the request.'),
  url: httpUrlSchema.describe('An http or https URL without a user name and password. Redirects are not followed.'),
  headers: z
    .record(headerName, headerValue)
    .default({})
    .describe('Headers of the request. Unless it only reads, it has an `Idempotency-Key`, the same for every attempt.'),
  body: z.json().optional().describe('The body. A text is sent as it is, any other value as JSON.'),
  expectedStatus: z
    .union([status, z.array(status).min(1)])
    .optional()
    .describe('The status, or several, with which the step succeeds. By default, any from 200 to 299.'),
});
type HttpInput = z.output<typeof schema>;

const readingMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
/** Answers of the moment (RFC 9110 §15, RFC 6585 §4): the same request may succeed later. */
const passingStatuses: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

const reads: StepEffect = { ...reading, condition: 'The method is GET, HEAD or OPTIONS.' };
const changes: StepEffect = { action: 'MODIFY', isReplaySafe: false, condition: 'The method is any other one.' };

/** Sends one request. A status that is not expected (2xx unless told) fails it; redirects are answers, not followed. */
export const http: StepType<HttpInput> = {
  description:
    'Sends an HTTP request. Its output is `{ status, headers, body, isCut }`; a body of JSON is parsed, and at most 256 KiB of it are kept.',
  schema,
  effects: [reads, changes],
  effectOf: ({ method }) => (readingMethods.includes(method) ? reads : changes),
  estimatedSeconds: 2,
  run: async (input, port) => {
    const sentMs = performance.now();
    const answer = await send(input, port);
    const tookMs = Math.round(performance.now() - sentMs);
    port.log(`${input.method} ${withoutQuery(input.url)} returned ${answer.status} after ${tookMs} ms.`);
    requireExpected(input, answer);
    return { output: { status: answer.status, headers: answer.headers, body: bodyOf(answer), isCut: answer.isCut } };
  },
};

/** Every attempt carries the same key, so that a server that knows the header does the work once. */
function send(
  { method, url, headers, body }: HttpInput,
  { signal, egress, tenantId, idempotencyKey }: StepPort,
): Promise<HttpAnswer> {
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const added: Record<string, string> = { 'user-agent': 'errand' };
  if (!readingMethods.includes(method)) added['idempotency-key'] = idempotencyKey;
  if (body !== undefined && typeof body !== 'string') added['content-type'] = 'application/json';
  const missing = Object.entries(added).filter(([name]) => !given.has(name));
  return sendHttpRequest({
    method,
    url: new URL(url),
    headers: { ...headers, ...Object.fromEntries(missing) },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    signal,
    egress,
    tenantId,
  }).catch((error: unknown) => {
    throw error instanceof HttpFailure ? toStepFailure(error) : error;
  });
}

/** A query may have anything in it, and the log is read by more users than the plan. */
function withoutQuery(text: string): string {
  const { origin, pathname } = new URL(text);
  return origin + pathname;
}

function toStepFailure(cause: HttpFailure): StepFailure {
  return new StepFailure(cause.code, cause.message, { isRetryable: !cause.isFinal, cause });
}

/** Its message is in the event log, which has no plans, so it does not name the URL. */
function requireExpected({ expectedStatus }: HttpInput, { status, headers }: HttpAnswer): void {
  const isExpected =
    expectedStatus === undefined ? status >= 200 && status < 300 : [expectedStatus].flat().includes(status);
  if (isExpected) return;
  const isRetryable = passingStatuses.includes(status);
  const failure = { isRetryable, retryAfterMs: retryAfterMs(headers) };
  throw new StepFailure('HTTP_STATUS', `The server returned ${status}.`, failure);
}

/** What is nested deeper stays a text: storing, masking and reading an output walk through its levels. */
const maxLevels = 100;

function bodyOf({ headers, text, isCut }: HttpAnswer): unknown {
  if (isCut || !/\bjson\b/.test(headers['content-type'] ?? '')) return text;
  try {
    const body: unknown = JSON.parse(text);
    return isDeeperThan(body, maxLevels) ? text : body;
  } catch {
    // A server may call anything JSON; what it sent is still its answer.
    return text;
  }
}
