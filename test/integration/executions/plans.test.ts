import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listStepTypes } from '../../../src/domain/executions/list-step-types.ts';
import { stepTypes } from '../../../src/domain/executions/step-types/index.ts';
import { noop, uuidOf } from '../../support/execution-fixture.ts';
import { SubmitExecutionDocument } from '../../support/operations.ts';
import { statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
  alice = tenant.alice;
});
afterAll(() => test_[Symbol.asyncDispose]());

const previewDocument = `query ($input: SubmitExecutionInput!) {
  previewExecution(input: $input) {
    plan action slaClass priority timeoutSeconds
    steps { name type input action dependsOn maxAttempts timeoutSeconds isReplaySafe }
  }
}`;
type Preview = { steps: { name: string; input: object }[]; timeoutSeconds: number; priority: number };

async function preview(input: object): Promise<Preview> {
  const { previewExecution } = await alice.run<{ previewExecution: Preview }, object>(previewDocument, { input });
  return previewExecution as Preview;
}

const http = (name: string, more: object = {}) => ({
  name,
  type: 'http',
  input: { url: 'https://example.test/?token=abc', ...more },
});

describe('a preview', () => {
  const steps = [{ ...http('b', { method: 'PUT' }), dependsOn: ['a'] }, { ...noop('a'), dependsOn: [] }, noop('c')];

  test('has the plan, the steps in the order of running, and all limits, and stores nothing', async () => {
    const plan = { steps };
    let previewed: object = {};
    const sent = await statementsOf(async () => {
      previewed = await preview({ plan });
    });
    expect(sent).toEqual([]);
    const masked = { method: 'PUT', url: 'https://example.test/?token=***' };
    const limits = { maxAttempts: 3, timeoutSeconds: 5, isReplaySafe: true, action: 'READ' };
    const wait = { type: 'wait', input: { seconds: 0 }, ...limits };
    expect(previewed).toEqual({
      plan: { steps: [{ ...steps[0], input: masked }, steps[1], steps[2]] },
      action: 'MODIFY',
      slaClass: 'FAST',
      priority: 1,
      timeoutSeconds: 2 * 3 * (5 + 1),
      steps: [
        { name: 'a', dependsOn: [], ...wait },
        {
          name: 'b',
          type: 'http',
          input: masked,
          action: 'MODIFY',
          dependsOn: ['a'],
          maxAttempts: 3,
          timeoutSeconds: 8,
          isReplaySafe: false,
        },
        { name: 'c', dependsOn: ['a'], ...wait },
      ],
    });
  });

  test('is what is stored when the same input is submitted', async () => {
    const input = { plan: { steps }, priority: 7 };
    const previewed = await preview(input);
    const { execution } = (await alice.run(SubmitExecutionDocument, { input })).submitExecution;
    const { rows } = await test_.app.db.query(
      `SELECT priority, "timeoutSeconds", (SELECT json_agg(json_build_object('name', name, 'type', type, 'dependsOn', "dependsOn",
         'maxAttempts', "maxAttempts", 'timeoutSeconds', s."timeoutSeconds", 'isReplaySafe', "replaySafe") ORDER BY position)
         FROM execution_step s WHERE s."executionId" = execution.id) AS steps
       FROM execution WHERE id = $1`,
      [uuidOf(execution.id)],
    );
    expect(previewed).toMatchObject(rows[0]);
  });

  test('is refused as the submission would be', async () => {
    const input = { plan: { steps: [{ name: 'a', type: 'shell' }] }, priority: 11 };
    const refused = await alice.refused(SubmitExecutionDocument, { input });
    const error = await alice.refused(previewDocument, { input });
    expect(error).toMatchObject({ code: refused.code, message: refused.message, fields: refused.fields });
    const bob = await tenant.person('bob', 'MEMBER');
    expect((await bob.refused(previewDocument, { input: { plan: { steps } } })).code).toBe('FORBIDDEN');
  });
});

describe('the step types', () => {
  test('are described to those who write plans', async () => {
    const query = '{ stepTypes { name description inputSchema effects { action isReplaySafe condition } } }';
    const { stepTypes: described } = await alice.run<{ stepTypes: ReturnType<typeof listStepTypes> }, object>(query);
    expect(described.map(({ name }) => name)).toEqual(['http', 'validate', 'wait']);
    expect(described[0]).toMatchObject({
      inputSchema: { type: 'object', required: ['url'], additionalProperties: false },
      effects: [
        { action: 'READ', isReplaySafe: true, condition: 'The method is GET, HEAD or OPTIONS.' },
        { action: 'MODIFY', isReplaySafe: false },
      ],
    });
    const bob = await tenant.person('bert', 'MEMBER');
    expect((await bob.refused(query)).code).toBe('FORBIDDEN');
  });

  test('describe each field of their inputs', () => {
    for (const { name, description, inputSchema } of listStepTypes(alice)) {
      expect(description, name).toMatch(/\.$/);
      expect(
        fieldsOf(inputSchema).filter(({ description }) => !description),
        name,
      ).toEqual([]);
    }
  });

  test.each([
    ['http', { url: 'https://a.test/' }, 0],
    ['http', { url: 'https://a.test/', method: 'HEAD' }, 0],
    ['http', { url: 'https://a.test/', method: 'DELETE' }, 1],
    ['wait', { seconds: 1 }, 0],
    ['validate', { checks: [{ step: 'a', exists: true }] }, 0],
  ])('say which effect %s has with %j', (name, input, index) => {
    const { schema, effects, effectOf } = stepTypes[name] ?? expect.fail();
    expect(effectOf(schema.parse(input))).toBe(effects[index]);
    expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ additionalProperties: false });
  });
});

type Described = { description?: string; properties?: Record<string, Described>; items?: Described };

/** The fields of a JSON Schema, also those of objects in lists. */
function fieldsOf({ properties = {}, items }: Described): Described[] {
  const own = Object.values(properties);
  return [...own, ...own.flatMap(fieldsOf), ...(items ? fieldsOf(items) : [])];
}
