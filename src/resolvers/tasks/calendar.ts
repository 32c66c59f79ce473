import { publicUrl } from '../../config/public-url.ts';
import * as feed from '../../domain/calendar/feed.ts';
import type { RequestContext } from '../context.ts';

type Keyed = { idempotencyKey?: string | null };

export async function createCalendarFeed(_: unknown, args: Keyed, context: RequestContext) {
  const { secret, ...made } = await feed.createCalendarFeed(context, args);
  return { ...made, url: secret && publicUrl(context.app.config.http, `/calendar/${secret}.ics`) };
}
