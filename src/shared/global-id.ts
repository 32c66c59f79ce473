import { invalidInput } from './errors.ts';
import { isId } from './ids.ts';

/** The API's id of an object (Relay): opaque to clients, base64url of the type and the UUID. */
export function encodeGlobalId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}

/** The key of a membership, which has no UUID of its own. */
export function membershipKey({ tenantId, userId }: { tenantId: string; userId: string }): string {
  return `${tenantId}.${userId}`;
}

/** The parts of a global id whose key is a UUID, or null when the text is none. */
export function splitGlobalId(text: string): { typename: string; id: string } | null {
  const parts = splitNodeId(text);
  return parts && isId(parts.id) ? parts : null;
}

/** The parts of the global id of any node, whose key is a UUID or that of a membership; null when the text is none. */
export function splitNodeId(text: string): { typename: string; id: string } | null {
  const [typename, id, ...rest] = Buffer.from(text, 'base64url').toString().split(':');
  return typename && id && rest.length === 0 && id.split('.').every(isId) ? { typename, id } : null;
}

/** The UUID in an id of one type. @throws AppError `INVALID_INPUT` naming `path`. */
export function decodeGlobalId(typename: string, text: string, path: (string | number)[]): string {
  const parts = splitGlobalId(text);
  const article = /^[AEIOU](?!ser)/.test(typename) ? 'an' : 'a';
  if (parts?.typename !== typename) {
    throw invalidInput([{ path, message: `This is not the id of ${article} ${typename}.` }]);
  }
  return parts.id;
}
