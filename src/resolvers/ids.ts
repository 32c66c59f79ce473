import { invalidInput } from '../shared/errors.ts';
import { decodeGlobalId } from '../shared/global-id.ts';
import { isId } from '../shared/ids.ts';

/** Like `decodeGlobalId`, for an id that may be omitted or null. */
export function optionalId<T extends null | undefined>(
  typename: string,
  text: string | T,
  path: (string | number)[],
): string | T {
  return typeof text === 'string' ? decodeGlobalId(typename, text, path) : text;
}

/** A change has no type of its own, so its id is the bare UUID. @throws AppError `INVALID_INPUT` naming `path`. */
export function checkChangeId(id: string, path: (string | number)[]): string {
  if (isId(id)) return id;
  throw invalidInput([{ path, message: 'This is not the id of a change.' }]);
}
