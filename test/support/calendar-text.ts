import { openCalendar } from '../../src/domain/calendar/read-calendar.ts';
import type { Acting } from '../../src/domain/records/acting.ts';

/** The whole text of somebody's calendar. */
export async function calendarText(acting: Acting): Promise<string> {
  const { text } = await openCalendar(acting);
  const pieces: string[] = [];
  for await (const piece of text) pieces.push(piece);
  return pieces.join('');
}
