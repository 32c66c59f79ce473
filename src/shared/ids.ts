import { v7, validate } from 'uuid';

/** A new UUIDv7 (RFC 9562). Ids are in the order of creation, so indexes grow at their end. */
export function newId(): string {
  return v7();
}

export function isId(value: string): boolean {
  return validate(value);
}
