import { JSONParser } from '@streamparser/json';
import { AppError } from '../../shared/errors.ts';

/** A whole entry is in memory. The limit is larger than any realistic task with its comments. */
const maxEntryCharacters = 50_000_000;

/** Streams the entries of a JSON array. @throws AppError `INVALID_INPUT` if it is not one. */
export async function* parseJsonArray(text: AsyncGenerator<string>): AsyncGenerator<unknown> {
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false });
  let entries: unknown[] = [];
  let count = 0;
  parser.onValue = ({ value }) => {
    entries.push(value);
    count += 1;
  };
  let hasBegun = false;
  let sinceEntry = 0;
  for await (const part of text) {
    const begin = part.trimStart()[0];
    if (!hasBegun && begin !== undefined && begin !== '[') throw notJson('it must be an array of objects');
    hasBegun ||= begin !== undefined;
    sinceEntry += part.length;
    attempt(
      () => parser.write(part),
      () => count,
    );
    if (entries.length > 0) sinceEntry = 0;
    yield* entries;
    entries = [];
    if (sinceEntry > maxEntryCharacters) throw tooLong(count + 1);
  }
  if (!hasBegun) throw new AppError('INVALID_INPUT', 'The file is empty.');
  if (parser.isEnded) return;
  attempt(
    () => parser.end(),
    () => count,
  );
}

function attempt(parse: () => void, count: () => number): void {
  try {
    parse();
  } catch (error) {
    const place = count() > 0 ? `after entry ${count()}` : 'from its beginning';
    throw notJson(`${place} it cannot be read (${(error as Error).message})`);
  }
}

function tooLong(entry: number): AppError {
  const limit = maxEntryCharacters.toLocaleString('en');
  return new AppError('INVALID_INPUT', `Entry ${entry} is longer than ${limit} characters.`);
}

function notJson(reason: string): AppError {
  return new AppError('INVALID_INPUT', `The file is not a JSON array: ${reason}.`);
}
