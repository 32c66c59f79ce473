import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type JsonPath, parseJsonPath, readJsonPath } from './json-path.ts';
import { reading, StepFailure, type StepType } from './step-type.ts';

const path = z.string().transform((text, context): JsonPath => {
  const parsed = parseJsonPath(text);
  if (parsed) return parsed;
  context.addIssue({ code: 'custom', message: `"${text}" is not a path such as "body.items[0].id".` });
  return z.NEVER;
});

const check = z
  .strictObject({
    step: z
      .string()
      .describe('The name of the step whose output is checked. It must be one that this step depends on.'),
    path: path
      .default([])
      .describe('What is checked: a place in the output such as `body.items[0].id`. By default, the whole output.'),
    equals: z.json().optional().describe('The value must equal this one.'),
    contains: z
      .json()
      .optional()
      .describe('A text must contain this text, a list this entry, an object all fields of this object.'),
    exists: z.boolean().optional().describe('Whether there must be a value.'),
  })
  .refine(
    (given) => [given.equals, given.contains, given.exists].filter((value) => value !== undefined).length === 1,
    'A check must have exactly one of equals, contains and exists.',
  );
type Check = z.output<typeof check>;

const schema = z.strictObject({
  checks: z
    .array(check)
    .min(1, 'At least one check is required.')
    .max(100, 'A step can have at most 100 checks.')
    .describe('The checks. Each has exactly one of `equals`, `contains` and `exists`.'),
});

/** Checks what earlier steps have put out; it fails unless every check holds. */
export const validate: StepType<z.output<typeof schema>> = {
  description: 'Checks the outputs of earlier steps. The step fails unless all checks hold.',
  schema,
  effects: [reading],
  effectOf: () => reading,
  estimatedSeconds: 0,
  references: [['checks', '*', 'step']],
  run: async ({ checks }, { outputs, log }) => {
    const faults = checks.flatMap((given) => faultOf(given, outputs.get(given.step)) ?? []);
    for (const fault of faults) log(fault);
    if (faults.length > 0) throw new StepFailure('VALIDATION_FAILED', faults.join(' ').slice(0, 2_000));
    return { output: { checked: checks.length } };
  },
};

function faultOf(given: Check, output: unknown): string | null {
  const value = readJsonPath(output, given.path);
  const place = [given.step, ...given.path].join('.');
  if (given.exists !== undefined) {
    const claim = given.exists ? 'does not exist' : 'exists';
    return (value !== undefined) === given.exists ? null : `${place} ${claim}.`;
  }
  if (given.equals !== undefined) {
    return isDeepStrictEqual(value, given.equals) ? null : `${place} is ${brief(value)}, not ${brief(given.equals)}.`;
  }
  return contains(value, given.contains) ? null : `${place} is ${brief(value)}, without ${brief(given.contains)}.`;
}

/** A text contains another, a list an element, an object what all fields of the other equal. */
function contains(value: unknown, part: unknown): boolean {
  if (typeof value === 'string') return typeof part === 'string' && value.includes(part);
  if (Array.isArray(value)) return value.some((element) => isDeepStrictEqual(element, part));
  if (typeof value !== 'object' || value === null || typeof part !== 'object' || part === null) return false;
  return Object.entries(part).every(([key, wanted]) => isDeepStrictEqual(readJsonPath(value, [key]), wanted));
}

function brief(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 200);
}
