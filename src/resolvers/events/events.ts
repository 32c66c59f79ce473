import { kinds } from '../../domain/kinds/kinds.ts';
import { kindOf, type LoggedEvent } from '../../events/contract.ts';
import { encodeStreamCursor } from '../../shared/cursor.ts';
import { encodeGlobalId } from '../../shared/global-id.ts';
import type { RequestContext } from '../context.ts';

export async function eventCursor(_: unknown, __: unknown, { app }: RequestContext) {
  return encodeStreamCursor(await app.events.head());
}

export function objectId({ type, objectId: id }: Pick<LoggedEvent, 'type' | 'objectId'>) {
  return encodeGlobalId(kinds[kindOf(type)].typename, id);
}
