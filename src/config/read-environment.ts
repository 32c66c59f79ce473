import { type Values, type Variable, type VariableName, variables } from './variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The valid values, and one line for each invalid variable. An invalid variable has no value. */
export function readEnvironment(env: Environment): { values: Partial<Values>; faults: string[] } {
  const values: Partial<Record<VariableName, unknown>> = {};
  const faults = unknownNames(env);
  for (const name of Object.keys(variables) as VariableName[]) {
    const reading = read(variables[name], env[name]);
    if ('fault' in reading) faults.push(`${name} ${reading.fault}.`);
    else values[name] = reading.value;
  }
  return { values: values as Partial<Values>, faults };
}

function read({ schema, fallback }: Variable, given: string | undefined): { value: unknown } | { fault: string } {
  const source = given?.trim() || fallback;
  if (source === null) return { value: null };
  const parsed = schema.safeParse(source);
  return parsed.success ? { value: parsed.data } : { fault: parsed.error.issues[0]?.message ?? 'is not valid' };
}

/** Kubernetes and Docker set these variables in every container next to a service named errand. */
const ofTheOrchestrator = /_SERVICE_(HOST|PORT)(_|$)|_PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?$/;

/** A misspelled setting must not be ignored silently. */
function unknownNames(env: Environment): string[] {
  const ours = Object.keys(env).filter((name) => name.startsWith('ERRAND_') && !(name in variables));
  return ours
    .filter((name) => !ofTheOrchestrator.test(name))
    .map((name) => `${name} is not a setting of Errand. npm start -- --help lists all settings.`);
}
