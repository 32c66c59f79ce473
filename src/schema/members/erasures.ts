import { eraseUser, readErasure } from '../../domain/erasures/erase-user.ts';
import type { LoggedErasure } from '../../events/contract.ts';
import { call, userIn } from '../../resolvers/call.ts';
import { builder } from '../builder.ts';
import { idempotencyKey, payload } from '../change.ts';
import { User } from './users.ts';

const Erasure = builder.objectRef<LoggedErasure>('Erasure').implement({
  permission: 'user:erase',
  description: 'The erasure of the data of a former member, and its progress.',
  fields: (t) => ({
    user: t.field({ type: User, description: 'The user whose data is erased.', resolve: userIn('userId') }),
    rows: t.exposeInt('rows', { description: 'The number of objects that were deleted or emptied so far.' }),
    events: t.exposeInt('events', { description: 'The number of events whose payload was erased so far.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When the erasure was started.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the erasure was finished. Null while it is running.',
    }),
  }),
});

const EraseUserPayload = payload('eraseUser', {
  erasure: { type: Erasure, description: 'The erasure that was started, now or by an earlier call.' },
});

builder.queryField('erasure', (t) =>
  t.field({
    permission: 'user:erase',
    type: Erasure,
    nullable: true,
    description:
      'The progress of the erasure of a user. Null, with a NOT_FOUND error, if the user has not been erased.',
    args: { userId: t.arg.id({ for: User, required: true, description: 'The id of the user.' }) },
    resolve: (_, { userId }, context) => readErasure(context, userId),
  }),
);

builder.mutationField('eraseUser', (t) =>
  t.field({
    permission: 'user:erase',
    type: EraseUserPayload,
    description:
      'Erases the data of a former member from your tenant and its event log: everything that only they could see, and their comments. Changes that they made to tasks of others are kept. This cannot be undone.',
    args: {
      userId: t.arg.id({
        for: User,
        required: true,
        description: 'The id of the user, who must have been removed from the tenant before.',
      }),
      ...idempotencyKey,
    },
    resolve: call(eraseUser),
  }),
);
