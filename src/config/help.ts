import { type Variable, variables } from './variables.ts';

/** Every variable with its default and what it is for, as `--help` prints it. */
export function variablesHelp(): string {
  return Object.entries<Variable>(variables).map(describe).join('\n');
}

function describe([name, { about, fallback, shown }]: [string, Variable]): string {
  return `  ${name}\n      ${about}. Default: ${shown ?? fallback ?? 'unset'}`;
}
