import { decodeGlobalId } from '../shared/global-id.ts';

/** As `decodeGlobalId`, for an id that may be omitted or null. */
export function optionalId<T extends null | undefined>(
  typename: string,
  text: string | T,
  path: (string | number)[],
): string | T {
  return typeof text === 'string' ? decodeGlobalId(typename, text, path) : text;
}
