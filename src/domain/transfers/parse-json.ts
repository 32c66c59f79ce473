import { JSONParser } from '@streamparser/json';
import { AppError } from '../../shared/errors.ts';

/** The entries of a JSON array, without the whole of it in memory. @throws AppError `INVALID_INPUT` when it is none. */
export async function* parseJsonArray(text: AsyncGenerator<string>): AsyncGenerator<unknown> {
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false });
  let entries: unknown[] = [];
  parser.onValue = ({ value }) => void entries.push(value);
  let hasBegun = false;
  for await (const part of text) {
    const begin = part.trimStart()[0];
    if (!hasBegun && begin !== undefined && begin !== '[') throw notJson('it must be an array of objects');
    hasBegun ||= begin !== undefined;
    attempt(() => parser.write(part));
    yield* entries;
    entries = [];
  }
  if (!parser.isEnded) attempt(() => parser.end());
}

function attempt(parse: () => void): void {
  try {
    parse();
  } catch (error) {
    throw notJson((error as Error).message);
  }
}

function notJson(reason: string): AppError {
  return new AppError('INVALID_INPUT', `The file is not a JSON array: ${reason}.`);
}
