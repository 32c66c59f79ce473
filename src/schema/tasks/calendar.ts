import * as feed from '../../domain/calendar/feed.ts';
import type { LoggedFeed } from '../../events/contract.ts';
import { call } from '../../resolvers/call.ts';
import * as calendar from '../../resolvers/tasks/calendar.ts';
import { builder } from '../builder.ts';
import { idempotencyKey, payload } from '../change.ts';

const CalendarFeed = builder.objectRef<LoggedFeed>('CalendarFeed').implement({
  permission: 'token:write',
  description:
    'An iCalendar feed of your tasks. Its URL has a secret and is shown only once, in the payload of `createCalendarFeed`.',
  fields: (t) => ({
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the feed was created.' }),
  }),
});

builder.queryFields((t) => ({
  calendarFeed: t.field({
    permission: 'token:write',
    type: CalendarFeed,
    nullable: true,
    description: 'Your calendar feed. Null if you have none.',
    resolve: call(feed.findCalendarFeed),
  }),
}));

const CreateCalendarFeedPayload = payload('createCalendarFeed', {
  calendarFeed: { type: CalendarFeed, description: 'The calendar feed, without its URL.' },
  url: {
    type: 'String',
    nullable: true,
    description:
      'The URL of the feed, to be given to calendar applications. No token is needed, so anybody who has the URL can read your calendar. It cannot be read again. Null if the call is repeated with the same `idempotencyKey`.',
  },
});

const RevokeCalendarFeedPayload = payload('revokeCalendarFeed', {});

builder.mutationFields((t) => ({
  createCalendarFeed: t.field({
    permission: ['token:write', 'task:read'],
    type: CreateCalendarFeedPayload,
    description:
      'Creates an iCalendar feed of your tasks and recurrences. An earlier feed of yours stops working. If it is created with an access token, it ends with that token.',
    args: { ...idempotencyKey },
    resolve: calendar.createCalendarFeed,
  }),
  revokeCalendarFeed: t.field({
    permission: 'token:write',
    type: RevokeCalendarFeedPayload,
    description: 'Closes your calendar feed. Its URL stops working immediately. NOT_FOUND if you have no feed.',
    args: { ...idempotencyKey },
    resolve: call(feed.revokeCalendarFeed),
  }),
}));
