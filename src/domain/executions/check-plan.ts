import type { FieldFault } from '../../shared/errors.ts';
import { parsedBy } from '../../shared/validate.ts';
import { dependencies, dependsOnStep, type OrderedStep, orderSteps } from './plan-order.ts';
import { type PlanStep, planSchema } from './plan-schema.ts';
import { findStepType, stepTypeNames } from './step-types/index.ts';
import { referencesOf } from './step-types/references.ts';
import type { StepType } from './step-types/step-type.ts';

/** A step of a plan with its type and its parsed input. */
export type CheckedStep = PlanStep & { stepType: StepType; parsed: unknown };

/** A step as far as it can be read: no fault of it hides another one. */
type Draft = OrderedStep & {
  type: string | null;
  stepType: StepType | null;
  input: object | null;
  parsed: ReturnType<typeof parsedBy> | null;
};

/** The steps of a plan in its own order, or all its faults with their paths in it, in the order of its steps. */
export function checkPlan(plan: unknown): { steps: CheckedStep[] } | { faults: FieldFault[] } {
  const form = parsedBy(planSchema, plan);
  const drafts = stepsOf(plan).map(toDraft);
  const faults = ['faults' in form ? form.faults : [], faultsOfSteps(drafts)].flat();
  if ('data' in form && faults.length === 0)
    return { steps: form.data.steps.map((step, n) => toChecked(step, drafts[n])) };
  const placeOf = ({ path: [first, index] }: FieldFault) => (first === 'steps' && Number.isInteger(index) ? index : -1);
  return { faults: faults.sort((a, b) => Number(placeOf(a)) - Number(placeOf(b))) };
}

function toChecked(step: PlanStep, draft: Draft | undefined): CheckedStep {
  const { stepType, parsed } = draft ?? {};
  if (!stepType || !parsed || !('data' in parsed)) throw new Error(`The step "${step.name}" has no type or no input.`);
  return { ...step, stepType, parsed: parsed.data };
}

function faultsOfSteps(steps: readonly Draft[]): FieldFault[] {
  const waitsFor = dependencies(steps);
  const indexOf = new Map(steps.map(({ name }, index) => [name, index] as const).reverse());
  const ofSteps = steps.flatMap((step, index) =>
    [
      ...nameFaults(step, index, indexOf),
      ...typeFaults(step),
      ...referenceFaults(step, (name) => {
        const needed = indexOf.get(name);
        if (needed === undefined) return `There is no step "${name}".`;
        return dependsOnStep(waitsFor, index, needed) ? null : `This step does not depend on the step "${name}".`;
      }),
    ].map(({ path, message }) => ({ path: ['steps', index, ...path], message })),
  );
  return [...ofSteps, ...orderSteps(waitsFor).cycles.map((cycle) => cycleFault(cycle.map((at) => steps[at]?.name)))];
}

function nameFaults(
  { name, dependsOn = [] }: Draft,
  index: number,
  indexOf: ReadonlyMap<string | null, number>,
): FieldFault[] {
  const isRepeated = name !== null && indexOf.get(name) !== index;
  return [
    ...(isRepeated ? [{ path: ['name'], message: `Another step has the name "${name}".` }] : []),
    ...dependsOn.flatMap((needed, n) =>
      needed === null || indexOf.has(needed)
        ? []
        : [{ path: ['dependsOn', n], message: `There is no step "${needed}".` }],
    ),
  ];
}

function typeFaults({ type, stepType, parsed }: Draft): FieldFault[] {
  if (type === null) return [];
  if (!stepType) {
    const message = `There is no step type "${type}". Use one of ${stepTypeNames.join(', ')}.`;
    return [{ path: ['type'], message }];
  }
  if (!parsed || 'data' in parsed) return [];
  return parsed.faults.map(({ path, message }) => ({ path: ['input', ...path], message }));
}

/** What a step refers to must have run before it. */
function referenceFaults({ stepType, input }: Draft, messageOf: (step: string) => string | null): FieldFault[] {
  if (!stepType || !input) return [];
  return referencesOf(stepType, input).flatMap(({ step, path }) => {
    const message = messageOf(step);
    return message ? [{ path: ['input', ...path], message }] : [];
  });
}

function cycleFault(names: (string | null | undefined)[]): FieldFault {
  const message = `These steps depend on each other: ${names.join(' → ')}. A step without dependsOn depends on the step before it.`;
  return { path: ['steps'], message };
}

function stepsOf(plan: unknown): unknown[] {
  const { steps } = objectOf(plan) ?? {};
  return Array.isArray(steps) ? steps : [];
}

function toDraft(step: unknown): Draft {
  const { name, type, input = {}, dependsOn } = objectOf(step) ?? {};
  const typeName = textOf(type);
  const stepType = typeName === null ? null : findStepType(typeName);
  const inputObject = objectOf(input);
  return {
    name: textOf(name),
    type: typeName,
    stepType,
    input: inputObject,
    parsed: stepType && inputObject ? parsedBy(stepType.schema, inputObject) : null,
    dependsOn: Array.isArray(dependsOn) ? dependsOn.map(textOf) : undefined,
  };
}

function objectOf(value: unknown): Record<string, unknown> | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
