import { seal, unseal } from '../../../auth/sealed.ts';
import type { Plan } from '../plan-schema.ts';
import { formsOfAll, type Mask, maskOf } from './mask.ts';
import { type Credential, giveBack, takeCredentials } from './take-credentials.ts';

/** The credentials of each step, by its name. */
type ByStep = Record<string, Credential[]>;

/** A plan as it is stored and shown, and what is behind its masks. */
export type DividedPlan = { masked: Plan; credentials: ByStep };

/** What every output and log is searched for: values, and characters in all their forms, which a worker has in memory. */
const maxCredentials = 1_000;
const maxSearched = 250_000;

/** Divides a plan that was checked. */
export function divide(plan: Plan): DividedPlan {
  const taken = plan.steps.map((step) => ({ step, ...takeCredentials(step.input) }));
  const found = taken.filter(({ credentials }) => credentials.length > 0);
  if (found.length === 0) return { masked: plan, credentials: {} };
  const steps = taken.map(({ step, masked }) => (masked === step.input ? step : { ...step, input: masked }));
  const credentials = Object.fromEntries(found.map(({ step, credentials }) => [step.name, credentials]));
  return { masked: { ...plan, steps }, credentials };
}

/** What is wrong with the credentials of a plan, as messages. */
export function credentialFaults({ credentials }: DividedPlan): string[] {
  const count = Object.values(credentials).reduce((sum, { length }) => sum + length, 0);
  const searched = formsOfAll(secretsOf(credentials)).reduce((sum, { length }) => sum + length, 0);
  return [
    count > maxCredentials && `A plan can have at most ${inEnglish(maxCredentials)} values that look like credentials.`,
    searched > maxSearched &&
      `The values that look like credentials are too long: as given, in words and encoded for URLs, JSON and base64, they can have ${inEnglish(maxSearched)} characters together, and they have ${inEnglish(searched)}.`,
  ].filter((message) => message !== false);
}

function secretsOf(credentials: ByStep): string[] {
  return Object.values(credentials).flatMap((all) => all.flatMap(({ secrets }) => secrets));
}

function inEnglish(count: number): string {
  return count.toLocaleString('en');
}

/** The credentials as they are stored; null without any. They can be read only with the key and in their tenant. */
export function sealCredentials(
  { credentials }: DividedPlan,
  { key, tenantId }: { key: Buffer; tenantId: string },
): Buffer | null {
  return Object.keys(credentials).length === 0 ? null : seal(key, JSON.stringify(credentials), tenantId);
}

/** A plan without what looks like a credential: also one that an earlier version has stored as it was given. */
export function toShown(plan: Plan): Plan {
  return takeCredentials(plan).masked;
}

/** The credentials of an execution, for the process that runs it. They are opened when its first attempt needs them. */
export class PlanCredentials {
  readonly #key: Buffer;
  readonly #tenantId: string;
  #sealed: Uint8Array | null;
  #byStep = new Map<string, Credential[]>();
  #mask = maskOf([]);

  constructor(key: Buffer, { tenantId, sealed }: { tenantId: string; sealed: Uint8Array | null }) {
    this.#key = key;
    this.#tenantId = tenantId;
    this.#sealed = sealed;
  }

  /** The input of a step as it was given. @throws Error without a credential in it, such as when the master key is another one. */
  inputOf({ name, input }: { name: string; input: unknown }): unknown {
    this.#open();
    return giveBack(input, this.#byStep.get(name) ?? []);
  }

  /** Masks what steps say after their inputs were given to them. */
  get mask(): Mask {
    return this.#mask;
  }

  #open(): void {
    if (!this.#sealed) return;
    this.#read(unseal(this.#key, this.#sealed, this.#tenantId));
    this.#sealed = null;
  }

  /** An error of what reads them may quote them, and is not passed on. */
  #read(opened: string): void {
    try {
      const byStep: ByStep = JSON.parse(opened);
      this.#mask = maskOf(secretsOf(byStep));
      this.#byStep = new Map(Object.entries(byStep));
    } catch {
      throw new Error('The credentials of the plan were decrypted but cannot be read.');
    }
  }
}
