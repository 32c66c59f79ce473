import fc from 'fast-check';
import { type ExecutionArgs, type ExecutionResult, execute, parse, subscribe } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { toClientResult } from '../../../src/server/graphql/client-errors.ts';
import { validateDocument } from '../../../src/server/graphql/validate-document.ts';
import { chooseBy } from '../../support/random-operations/choose.ts';
import { type RandomOperation, randomOperation } from '../../support/random-operations/operation.ts';
import { plainScalars } from '../../support/random-operations/plain-scalars.ts';
import { recordingSchema } from '../../support/random-operations/recording-schema.ts';
import { testConfig } from '../../support/test-app.ts';
import { startTestServer, type TestServer } from '../server/fixture.ts';

// A server interprets a document the first time and compiles it then. Random operations over the whole schema, each sent
// five times, must reach resolvers with what graphql-js gives them, and be answered as graphql-js answers them.
// ERRAND_TEST_OPERATIONS sets how many; ERRAND_TEST_SEED repeats a run.

const count = Number(process.env.ERRAND_TEST_OPERATIONS ?? 500);
const seed = Number(process.env.ERRAND_TEST_SEED ?? Date.now() % 1_000_000_000);

const recording = recordingSchema(schema);
let server: TestServer;

beforeAll(async () => {
  const limits = {
    queryTokens: 100_000,
    queryDepth: 100,
    queryAliases: 10_000,
    queryCost: Number.MAX_VALUE,
    requestsPerMinute: 1e7,
    pointsPerMinute: 1e300,
    tenantPointsPerMinute: 1e300,
  };
  server = await startTestServer({ schema: recording.schema, limits: { ...testConfig('').limits, ...limits } });
});
afterAll(() => server[Symbol.asyncDispose]());

type Outcome = { answers: unknown; received: string[] };

/** What graphql-js does by itself. */
async function interpreted({ query, operationName, variables }: RandomOperation): Promise<Outcome> {
  const variableValues = JSON.parse(JSON.stringify(variables)) as Record<string, unknown>;
  const args: ExecutionArgs = { schema: recording.schema, document: parse(query), operationName, variableValues };
  const isSubscription = query.startsWith('subscription');
  const result = await (isSubscription ? subscribe(args) : execute(args));
  const results: unknown[] = [];
  if (Symbol.asyncIterator in result) for await (const one of result) results.push(comparable(one));
  else results.push(comparable(result));
  return { answers: results, received: recording.taken().sort() };
}

/** What the server does. */
async function served({ kind, query, operationName, variables }: RandomOperation): Promise<Outcome> {
  const accept = kind === 'subscription' ? 'text/event-stream' : 'application/json';
  const text = await (await server.post({ query, operationName, variables }, { accept })).text();
  const results = kind === 'subscription' ? [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => data) : [text];
  const answers = results.map((one) => withoutRequestId(JSON.parse(one as string)));
  return { answers, received: recording.taken().sort() };
}

/** Null for a variable that is used where null is not allowed: nothing of the operation runs. */
async function expectRefusal(operation: RandomOperation): Promise<void> {
  const { answers, received } = await served(operation);
  expect(answers, JSON.stringify(operation, null, 1)).toEqual([
    { data: undefined, errors: [expect.stringMatching(/is required.*INVALID_INPUT/)] },
  ]);
  expect(received).toEqual([]);
}

function comparable(result: ExecutionResult): unknown {
  const shown = toClientResult(result, { requestId: '', log: server.app.log });
  return withoutRequestId(JSON.parse(JSON.stringify(shown)));
}

type Answer = { data?: unknown; errors?: { extensions: { requestId?: string } }[] };

/** As text, so that the order of fields counts; the order of errors does not. */
function withoutRequestId({ data, errors = [] }: Answer): { data: string | undefined; errors: string[] } {
  for (const { extensions } of errors) delete extensions.requestId;
  return { data: JSON.stringify(data), errors: errors.map((error) => JSON.stringify(error)).sort() };
}

test(`${count} random operations are executed as graphql-js executes them, each time (seed ${seed})`, {
  timeout: 60_000 + count * 1_000,
}, async () => {
  const seen = { operations: 0, invalid: 0, resolverCalls: 0 };
  const property = fc.asyncProperty(fc.gen(), async (generate) => {
    const operation = randomOperation({ schema, choose: chooseBy(generate), sample: plainScalars });
    seen.operations += 1;
    if (validateDocument(schema, parse(operation.query)).length > 0) {
      seen.invalid += 1;
      return;
    }
    if (operation.hasForbiddenNull) return expectRefusal(operation);
    const wanted = await interpreted(operation);
    seen.resolverCalls += wanted.received.length;
    for (let time = 1; time <= 5; time += 1) {
      const got = await served(operation);
      expect(got, `time ${time}: ${JSON.stringify(operation, null, 1)}`).toEqual(wanted);
    }
  });
  await fc.assert(property, { numRuns: count, seed });
  process.stdout.write(`${JSON.stringify(seen)}\n`);
});
