import * as erasures from '../../domain/erasures/erase-user.ts';
import type { LoggedErasure } from '../../events/contract.ts';
import { decodeGlobalId } from '../../shared/global-id.ts';
import type { RequestContext } from '../context.ts';

export function erasure(_: unknown, { userId }: { userId: string }, context: RequestContext) {
  return erasures.readErasure(context, decodeGlobalId('User', userId, ['userId']));
}

export function erasedUser({ userId }: LoggedErasure, _: unknown, { loaders }: RequestContext) {
  return loaders.user.load(userId);
}

export function eraseUser(
  _: unknown,
  args: { userId: string; idempotencyKey?: string | null },
  context: RequestContext,
) {
  return erasures.eraseUser(context, { ...args, userId: decodeGlobalId('User', args.userId, ['userId']) });
}
