import type { LoggedErasure } from '../events/contract.ts';
import * as erasures from '../resolvers/erasures.ts';
import { builder } from './builder.ts';
import { ChangePayload, idempotencyKey } from './change.ts';
import { User } from './users.ts';

const Erasure = builder.objectRef<LoggedErasure>('Erasure').implement({
  description: 'That the words of a former member are removed from your tenant, and how far that is.',
  fields: (t) => ({
    user: t.field({ type: User, description: 'Whose words.', resolve: erasures.erasedUser }),
    rows: t.exposeInt('rows', { description: 'How many objects were deleted or emptied so far.' }),
    events: t.exposeInt('events', { description: 'How many events of the log lost their payload so far.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was started.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was done; null while it runs.',
    }),
  }),
});

const EraseUserPayload = builder.objectRef<{ changeId: string; erasure: LoggedErasure }>('EraseUserPayload').implement({
  description: 'The erasure that was started, or had been before.',
  interfaces: [ChangePayload],
  fields: (t) => ({ erasure: t.expose('erasure', { type: Erasure, description: 'The erasure.' }) }),
});

builder.queryField('erasure', (t) =>
  t.field({
    type: Erasure,
    nullable: true,
    description:
      'How far the erasure of a user is. Needs user:erase. Null, with an error, when there is none or you may not read it.',
    args: { userId: t.arg.id({ required: true, description: 'The user.' }) },
    resolve: erasures.erasure,
  }),
);

builder.mutationField('eraseUser', (t) =>
  t.field({
    type: EraseUserPayload,
    description:
      'Removes the words of a former member from your tenant and its event log: what was theirs alone, and their comments. What they did to tasks that others see stays. It cannot be undone. Needs user:erase.',
    args: { userId: t.arg.id({ required: true, description: 'The user, who was removed before.' }), ...idempotencyKey },
    resolve: erasures.eraseUser,
  }),
);
