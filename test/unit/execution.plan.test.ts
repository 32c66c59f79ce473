import { describe, expect, test } from 'vitest';
import { planExecution } from '../../src/domain/executions/plan.ts';
import { AppError } from '../../src/shared/errors.ts';

const wait = (name: string, more: object = {}) => ({ name, type: 'wait', input: { seconds: 0 }, ...more });
const check = (name: string, step: string, more: object = {}) => ({
  name,
  type: 'validate',
  input: { checks: [{ step, equals: 1 }] },
  ...more,
});
const http = (name: string, input: object = {}, more: object = {}) => ({
  name,
  type: 'http',
  input: { url: 'https://example.test/', ...input },
  ...more,
});

function faultsOf(plan: unknown): string[] {
  try {
    planExecution(plan);
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID_INPUT') {
      return (error.fields ?? []).map((fault) => fault.path.join('.'));
    }
    throw error;
  }
  throw new Error('The plan was not refused.');
}

describe('a plan is refused, naming the place', () => {
  test.each<[string, unknown, string[]]>([
    ['no plan', null, ['input.plan']],
    ['a list', [], ['input.plan']],
    ['no steps', { steps: [] }, ['input.plan.steps']],
    ['101 steps', { steps: Array.from({ length: 101 }, (_, n) => wait(`s${n}`)) }, ['input.plan.steps']],
    ['an unknown field of the plan', { steps: [wait('a')], onFailure: 'go' }, ['input.plan.onFailure']],
    ['an unknown field of a step', { steps: [wait('a', { retries: 3 })] }, ['input.plan.steps.0.retries']],
    ['an unknown field of an input', { steps: [http('a', { metod: 'GET' })] }, ['input.plan.steps.0.input.metod']],
    ['an unknown type', { steps: [wait('a'), { name: 'b', type: 'shell' }] }, ['input.plan.steps.1.type']],
    ['a type that every object has', { steps: [{ name: 'b', type: 'constructor' }] }, ['input.plan.steps.0.type']],
    ['a repeated name', { steps: [wait('a'), wait('a')] }, ['input.plan.steps.1.name']],
    ['an empty name', { steps: [wait('')] }, ['input.plan.steps.0.name']],
    ['a missing dependency', { steps: [wait('a', { dependsOn: ['z'] })] }, ['input.plan.steps.0.dependsOn.0']],
    ['a step that waits for itself', { steps: [wait('a', { dependsOn: ['a'] })] }, ['input.plan.steps']],
    ['a cycle', { steps: [wait('a', { dependsOn: ['c'] }), wait('b'), wait('c')] }, ['input.plan.steps']],
    ['eleven attempts', { steps: [wait('a', { maxAttempts: 11 })] }, ['input.plan.steps.0.maxAttempts']],
    ['no time', { steps: [wait('a', { timeoutSeconds: 0 })] }, ['input.plan.steps.0.timeoutSeconds']],
    [
      'a wait backwards',
      { steps: [{ name: 'a', type: 'wait', input: { seconds: -1 } }] },
      ['input.plan.steps.0.input.seconds'],
    ],
    ['another scheme', { steps: [http('a', { url: 'file:///etc/passwd' })] }, ['input.plan.steps.0.input.url']],
    ['credentials in a URL', { steps: [http('a', { url: 'http://a:b@c/' })] }, ['input.plan.steps.0.input.url']],
    ['a password alone in a URL', { steps: [http('a', { url: 'http://:pw@c/' })] }, ['input.plan.steps.0.input.url']],
    ['a user name alone in a URL', { steps: [http('a', { url: 'http://a@c/' })] }, ['input.plan.steps.0.input.url']],
    [
      'a header with a line break',
      { steps: [http('a', { headers: { x: 'a\r\nb: c' } })] },
      ['input.plan.steps.0.input.headers.x'],
    ],
    ['a check of a later step', { steps: [check('a', 'b'), wait('b')] }, ['input.plan.steps.0.input.checks.0.step']],
    [
      'a check of a step that may not have run',
      { steps: [wait('a'), check('b', 'a', { dependsOn: [] })] },
      ['input.plan.steps.1.input.checks.0.step'],
    ],
    [
      'a path that is none',
      {
        steps: [wait('a'), { name: 'b', type: 'validate', input: { checks: [{ step: 'a', path: 'x[', equals: 1 }] } }],
      },
      ['input.plan.steps.1.input.checks.0.path'],
    ],
    [
      'a check of nothing',
      { steps: [wait('a'), { name: 'b', type: 'validate', input: { checks: [{ step: 'a' }] } }] },
      ['input.plan.steps.1.input.checks.0'],
    ],
  ])('%s', (_, plan, places) => {
    expect(faultsOf(plan)).toEqual(places);
  });

  test('with more credentials than every output can be searched for', () => {
    const steps = (count: number) => [
      http('a', { body: Array.from({ length: count }, (_, n) => ({ token: `t${n}` })) }),
    ];
    expect(planExecution({ steps: steps(1_000) }).steps).toHaveLength(1);
    expect(faultsOf({ steps: steps(1_001) })).toEqual(['input.plan']);
  });

  test('with credentials that are too long together, also in their words', () => {
    const steps = (length: number) => [http('a', { body: { password: 'xyz 123 '.repeat(length / 8) } })];
    const words = (count: number) => Array.from({ length: count }, (_, n) => `password-${n}`).join(' ');
    expect(planExecution({ steps: steps(40_000) }).steps).toHaveLength(1);
    expect(faultsOf({ steps: steps(80_000) })).toEqual(['input.plan']);
    expect(planExecution({ steps: [http('a', { body: { password: words(2_000) } })] }).steps).toHaveLength(1);
    expect(faultsOf({ steps: [http('a', { body: { password: words(4_000) } })] })).toEqual(['input.plan']);
  });

  /** Steps with one fault each, whatever the other steps are, and where it is. */
  const faulty: [string, object, string][] = [
    ['an unknown field', wait('x', { retries: 3 }), 'retries'],
    ['a name of another form', wait(' x'), 'name'],
    ['a repeated name', wait('a'), 'name'],
    ['an unknown type', { name: 'x', type: 'shell', dependsOn: [] }, 'type'],
    ['an unknown type under a repeated name', { name: 'a', type: 'shell' }, 'type'],
    ['no type', { name: 'x' }, 'type'],
    ['an input of another form', wait('x', { input: [] }), 'input'],
    ['a wrong input', wait('x', { input: { seconds: -1 } }), 'input.seconds'],
    ['a missing dependency', wait('x', { dependsOn: ['a', 'z'] }), 'dependsOn.1'],
    ['a reference to nothing', check('x', 'z'), 'input.checks.0.step'],
    [
      'a reference to nothing, beside a wrong input',
      { name: 'x', type: 'validate', input: { checks: [{ step: 'z', path: '[' }] } },
      'input.checks.0.step',
    ],
    ['eleven attempts', wait('x', { maxAttempts: 11 }), 'maxAttempts'],
  ];

  test('with every fault at once: none hides another', () => {
    for (const [first, one, oneAt] of faulty) {
      for (const [second, other, otherAt] of faulty) {
        const faults = faultsOf({ steps: [wait('a'), wait('b', { dependsOn: ['b'] }), one, other] });
        const expected = ['input.plan.steps', `input.plan.steps.2.${oneAt}`, `input.plan.steps.3.${otherAt}`];
        expect(faults, `${first}, ${second}`).toEqual(expect.arrayContaining(expected));
      }
    }
  });

  test('with the first 20 faults in the order of its steps, and how many there are', () => {
    const steps = Array.from({ length: 60 }, (_, n) => ({
      ...wait(`s${n}`, { x: 1 }),
      ...(n % 2 && { type: 'shell' }),
    }));
    const places = steps.flatMap((_, n) => (n % 2 ? [`${n}.x`, `${n}.type`] : [`${n}.x`]));
    expect(faultsOf({ steps })).toEqual(places.slice(0, 20).map((place) => `input.plan.steps.${place}`));
    expect(() => planExecution({ steps })).toThrow('There are 90 faults, of which the first 20 are listed.');
  });

  test('with each of several cycles', () => {
    const steps = [wait('a', { dependsOn: ['a'] }), wait('b', { dependsOn: ['c'] }), wait('c')];
    expect(faultsOf({ steps })).toEqual(['input.plan.steps', 'input.plan.steps']);
  });
});

describe('the order of running', () => {
  const orderOf = (steps: object[]) => planExecution({ steps }).steps.map(({ name }) => name);

  test('is the plan’s own', () => {
    expect(orderOf([wait('c'), wait('a'), wait('b')])).toEqual(['c', 'a', 'b']);
  });

  test('puts before a step what it depends on', () => {
    const steps = [wait('a', { dependsOn: ['b', 'c'] }), wait('b', { dependsOn: [] }), wait('c')];
    expect(orderOf(steps)).toEqual(['b', 'c', 'a']);
  });

  test('makes a step without dependsOn follow the one before it', () => {
    const { steps } = planExecution({ steps: [wait('a'), wait('b'), wait('c', { dependsOn: [] })] });
    expect(steps.map(({ dependsOn }) => dependsOn)).toEqual([[], ['a'], []]);
  });
});

describe('the limits', () => {
  const perAttempt = (seconds: number) => seconds + 1;
  test.each<[string, object[], object, object]>([
    [
      'a short read, which are three attempts',
      [http('a')],
      { timeoutSeconds: 5, maxAttempts: 3 },
      { timeoutSeconds: 3 * perAttempt(5), priority: 1 },
    ],
    [
      'a short change',
      [http('a', { method: 'POST' })],
      { timeoutSeconds: 8, maxAttempts: 3 },
      { timeoutSeconds: 15, priority: 1 },
    ],
    [
      'a short change that may be repeated',
      [http('a', { method: 'POST' }, { replaySafe: true })],
      { timeoutSeconds: 8, maxAttempts: 3 },
      { timeoutSeconds: 3 * perAttempt(8), priority: 1 },
    ],
    [
      'ten reads',
      Array.from({ length: 10 }, (_, n) => http(`s${n}`)),
      { timeoutSeconds: 15, maxAttempts: 5 },
      { timeoutSeconds: 10 * 5 * perAttempt(15), priority: 5 },
    ],
    [
      'ten reads of which each could be the first',
      Array.from({ length: 10 }, (_, n) => http(`s${n}`, {}, { dependsOn: [] })),
      { timeoutSeconds: 15, maxAttempts: 5 },
      { timeoutSeconds: 5 * perAttempt(15), priority: 5 },
    ],
    [
      'two ways of different length',
      [
        http('a', {}, { maxAttempts: 1 }),
        http('b', {}, { dependsOn: [], maxAttempts: 4 }),
        http('c', {}, { dependsOn: ['a', 'b'], maxAttempts: 2 }),
      ],
      { timeoutSeconds: 5, maxAttempts: 1 },
      { timeoutSeconds: 6 * perAttempt(5), priority: 1 },
    ],
    [
      'a step with a minute of its own',
      [http('a', {}, { timeoutSeconds: 60, maxAttempts: 1 })],
      { timeoutSeconds: 60, maxAttempts: 1 },
      { timeoutSeconds: 300, priority: 10 },
    ],
    [
      'a step with an hour of its own',
      [http('a', {}, { timeoutSeconds: 3_600 })],
      { timeoutSeconds: 3_600, maxAttempts: 3 },
      { timeoutSeconds: 3 * perAttempt(3_600), priority: 10 },
    ],
    [
      'steps at their limits',
      [http('a', {}, { timeoutSeconds: 86_400, maxAttempts: 10 })],
      { timeoutSeconds: 86_400, maxAttempts: 10 },
      { timeoutSeconds: 7 * 86_400, priority: 10 },
    ],
  ])('of %s', (_, steps, first, whole) => {
    const planned = planExecution({ steps });
    expect(planned).toMatchObject(whole);
    expect(planned.steps[0]).toMatchObject(first);
  });
});

test.each<[string, object, boolean]>([
  ['GET', http('a'), true],
  ['POST', http('a', { method: 'POST' }), false],
  ['a POST that is declared so', http('a', { method: 'POST' }, { replaySafe: true }), true],
  ['a GET that is declared not to be', http('a', {}, { replaySafe: false }), false],
  ['wait', wait('a'), true],
])('whether %s may be replayed', (_, step, isSafe) => {
  expect(planExecution({ steps: [step] }).steps[0]?.replaySafe).toBe(isSafe);
});

test('the caller’s plan stays as it is', () => {
  const plan = { steps: [http('b', { headers: { 'X-A': '1' } }, { dependsOn: ['a'] }), wait('a', { dependsOn: [] })] };
  const copy = structuredClone(plan);
  planExecution(plan);
  expect(plan).toEqual(copy);
});
