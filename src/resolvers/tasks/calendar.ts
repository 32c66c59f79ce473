import { publicUrl } from '../../config/public-url.ts';
import * as feed from '../../domain/calendar/feed.ts';
import type { RequestContext } from '../context.ts';

type Keyed = { idempotencyKey?: string | null };

export function calendarFeed(_: unknown, __: unknown, context: RequestContext) {
  return feed.findCalendarFeed(context);
}

export async function createCalendarFeed(_: unknown, args: Keyed, context: RequestContext) {
  const { secret, ...made } = await feed.createCalendarFeed(context, args);
  return { ...made, url: secret && publicUrl(context.app.config.http, `/calendar/${secret}.ics`) };
}

export function revokeCalendarFeed(_: unknown, args: Keyed, context: RequestContext) {
  return feed.revokeCalendarFeed(context, args);
}
