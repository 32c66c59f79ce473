import { v7, validate } from 'uuid';

/** A new UUIDv7 (RFC 9562): its order is the order of making, so indexes grow at their end. */
export function newId(): string {
  return v7();
}

export function isId(value: string): boolean {
  return validate(value);
}
