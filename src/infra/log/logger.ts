import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from '../../config/config.ts';
import { describeError, presentableFields } from './presentable.ts';
import { standardOutput } from './standard-output.ts';

/**
 * The process's logger: one JSON object per line. Fields that are named like credentials never reach it, and texts are
 * shortened, since they may be from outside. Context goes into the fields of a line: the bindings of child loggers are not
 * looked through.
 */
export function createLogger({ log }: Pick<Config, 'log'>, destination: DestinationStream = standardOutput()): Logger {
  const serializers = { err: (error: unknown) => describeError(error) };
  const formatters = { log: presentableFields };
  return pino({ level: log.level, base: null, serializers, formatters }, destination);
}
