import { type ParseArgsConfig, parseArgs } from 'node:util';
import { variablesHelp } from '../config/help.ts';
import { StartFault } from '../config/start-fault.ts';

/** A command as --help describes it. */
type CommandLine<Name extends string = never> = {
  /** How it is started, such as `npm start`. */
  usage: string;
  about: string;
  /** Its own options, all with a value, and what they are for. */
  options?: Record<Name, string>;
};

/**
 * The options on the command line; null if help was requested, which has been printed. @throws StartFault for an
 * unknown option.
 */
export function readOptions<Name extends string = never>(
  command: CommandLine<Name>,
  args = process.argv.slice(2),
): Partial<Record<Name, string>> | null {
  const names = Object.keys(command.options ?? {}) as Name[];
  const own = Object.fromEntries(names.map((name) => [name, { type: 'string' }] as const));
  const { help, ...values } = parse(command, { ...own, help: { type: 'boolean', short: 'h' } }, args);
  if (!help) return values as Partial<Record<Name, string>>;
  process.stdout.write(`${helpText(command)}\n`);
  return null;
}

function parse({ usage }: CommandLine<string>, options: NonNullable<ParseArgsConfig['options']>, args: string[]) {
  try {
    return parseArgs({ options, args }).values as { help?: boolean } & Record<string, string>;
  } catch (error) {
    throw new StartFault(`${(error as Error).message.split('. ')[0]}. See ${usage} -- --help.`);
  }
}

function helpText({ usage, about, options = {} }: CommandLine<string>): string {
  const own = Object.entries(options).map(([name, what]) => `  --${name} …\n      ${what}`);
  const optionLines = own.length > 0 ? ['Options:', ...own, ''] : [];
  return [usage, '', about, '', ...optionLines, 'Environment variables:', variablesHelp()].join('\n');
}
