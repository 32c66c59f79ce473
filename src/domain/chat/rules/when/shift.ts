import { rule, type Sentence, take } from '../text/sentence.ts';
import { DURATION, readDuration } from './durations.ts';

const by = rule(
  `(?:(?<way>back|forward|up|out|ahead|earlier) )?by (?:another )?(?<duration>${DURATION})(?: (?<way2>later|earlier|back|forward))?`,
);
const directed = rule(
  `(?<way>back|forward|up|out|ahead|off|for)(?: another)? (?<duration>${DURATION})|(?<duration2>${DURATION}) (?<way2>later|earlier|back|forward|sooner)`,
);
const bare = rule(`(?<duration>${DURATION})(?= (?:[.!] )?$)`);
/** Verbs that always mean a later time, so that a duration alone is sufficient. */
const postponing = /^(?:postpone|delay|snooze|defer|push|extend|put off|bump)/;

/** Extracts "by two days", "15 minutes later", "back a week": an ISO 8601 duration, negative for earlier. */
export function takeShift(sentence: Sentence, verb = ''): string | null {
  const found =
    take(sentence, by, 'dueShift', 'shift.by') ??
    take(sentence, directed, 'dueShift', 'shift.directed') ??
    (postponing.test(verb) ? take(sentence, bare, 'dueShift', 'shift.bare') : null);
  const { duration, duration2, way, way2 } = found?.match.groups ?? {};
  const length = readDuration(duration ?? duration2 ?? '');
  if (!length) return null;
  const earlier =
    /earlier|sooner|ahead|up/.test(`${way} ${way2}`) ||
    (way === 'forward' && /^(?:bring|move|pull)$/.test(verb)) ||
    /^(?:advance|pull)|^(?:bring|move) (?:forward|up)/.test(verb);
  return (earlier ? length.negated() : length).toString();
}
