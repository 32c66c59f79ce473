import type { LoggedFeed } from '../events/contract.ts';
import * as calendar from '../resolvers/calendar.ts';
import { builder } from './builder.ts';
import { ChangePayload, idempotencyKey } from './change.ts';

const CalendarFeed = builder.objectRef<LoggedFeed>('CalendarFeed').implement({
  description: 'An address at which calendar programs read your tasks. Its secret is shown once, when it is made.',
  fields: (t) => ({
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

builder.queryFields((t) => ({
  calendarFeed: t.field({
    type: CalendarFeed,
    nullable: true,
    description: 'Your calendar feed; null when you have none.',
    resolve: calendar.calendarFeed,
  }),
}));

const CreateCalendarFeedPayload = builder
  .objectRef<{ changeId: string; calendarFeed: LoggedFeed; url: string | null }>('CreateCalendarFeedPayload')
  .implement({
    description: 'The feed that was made.',
    interfaces: [ChangePayload],
    fields: (t) => ({
      calendarFeed: t.expose('calendarFeed', { type: CalendarFeed, description: 'What is kept of it.' }),
      url: t.exposeString('url', {
        nullable: true,
        description:
          'Where calendar programs read it, without a token: whoever has this address has your calendar. Only the first answer has it: a repeat by idempotencyKey has null.',
      }),
    }),
  });

const RevokeCalendarFeedPayload = builder.objectRef<{ changeId: string }>('RevokeCalendarFeedPayload').implement({
  description: 'The feed is closed.',
  interfaces: [ChangePayload],
});

builder.mutationFields((t) => ({
  createCalendarFeed: t.field({
    type: CreateCalendarFeedPayload,
    description: 'Makes an iCalendar feed of your tasks and series. One that you had is closed.',
    args: { ...idempotencyKey },
    resolve: calendar.createCalendarFeed,
  }),
  revokeCalendarFeed: t.field({
    type: RevokeCalendarFeedPayload,
    description: 'Closes your calendar feed at once. NOT_FOUND when you have none.',
    args: { ...idempotencyKey },
    resolve: calendar.revokeCalendarFeed,
  }),
}));
