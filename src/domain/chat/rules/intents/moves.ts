import { find, groupOf, opening, rule, type Sentence } from '../text/sentence.ts';
import { titleOf } from '../text/title.ts';
import type { Calendar } from '../when/calendar.ts';
import { takeDue } from '../when/due.ts';
import { takeShift } from '../when/shift.ts';
import { patched, readingFor, targetOf } from './patches.ts';
import { ask, type Reading } from './reading.ts';

const moves = opening(
  '(?<verb>reschedule|postpone|snooze|defer|delay|bump|push|move|shift|bring|extend|pull|advance|put off)(?<particle> (?:forward|back|up|out))?(?: the (?:deadline|due date|due|start) (?:of|for|on))? (?<rest>.+)',
);

const strict = /^(?:reschedule|postpone|snooze|defer)$/;

/** "Postpone X by two days", "move X to friday", "push it back a week". */
export function readMove(sentence: Sentence, cal: Calendar): Reading | null {
  const found = find(sentence, moves);
  const rest = found && groupOf(sentence, found, 'rest');
  if (!found || !rest) return null;
  const { verb = '', particle = '' } = found.match.groups ?? {};
  const shift = takeShift(rest, verb + particle);
  if (shift) return readingFor(targetOf(rest, cal), { dueShift: shift }, rest);
  const split =
    find(rest, rule('(?<target>.+)(?: back| forward| up| out| off| over)? (?:to|until|till) (?<value>.+)')) ??
    (strict.test(verb) ? find(rest, rule('(?<target>.+?) (?:for|on) (?<value>.+)')) : null);
  const value = split && groupOf(rest, split, 'value');
  const said = value && takeDue(value, cal);
  if (split && said && titleOf(value) === null) return patched(rest, split, cal, { due: said.due, dueSaid: said.said });
  if (!strict.test(verb)) return null;
  const due = takeDue(rest, cal);
  return readingFor(targetOf(rest, cal), due ? { due: due.due, dueSaid: due.said } : {}, rest, due ? null : ask('due'));
}
