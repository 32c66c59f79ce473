import type { Sentence } from './sentence.ts';
import type { Token } from './token.ts';

const leading = new Set([',', ':', ';', '-', '.', '!', ')', '*', '•', 'and', 'to', 'that', '&', '=', '>']);
const trailing = new Set([',', ':', ';', '-', '.', '!', '(', 'and', 'due', '&']);
/** Bidirectional and zero-width controls, which could disguise a title. */
const invisible = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** The words that no rule claimed, in the spelling of the user; null if there are none. */
export function titleOf(sentence: Sentence): string | null {
  const runs = openRuns(sentence).flatMap((run) => textOfRun(sentence, run));
  const title = tidy(runs.join(' '));
  return /[\p{L}\p{N}\p{Emoji_Presentation}]/u.test(title) ? title : null;
}

/** Visible text with single spaces, without surrounding quotation marks and a final full stop. */
export function tidy(text: string): string {
  const visible = text.replace(invisible, '').replace(/\s+/gu, ' ').trim();
  const ended = visible.replace(/(?<=[^.!,;:\s])[.!,;: ]{1,10}$/u, '');
  const quoted = /^(?:"([^"]+)"|“([^”]+)”|'([^']+)'|‘([^’]+)’|«([^»]+)»|`([^`]+)`)$/u.exec(ended);
  return (quoted?.slice(1).find((inner) => inner !== undefined) ?? ended).trim();
}

type Run = { first: number; last: number };

/** The ranges between claims, without punctuation and linking words at their ends. */
function openRuns(sentence: Sentence): Run[] {
  const runs: Run[] = [];
  sentence.tokens.forEach((_, index) => {
    const last = runs.at(-1);
    if (sentence.claimed[index]) return;
    if (last && last.last === index - 1) last.last = index;
    else runs.push({ first: index, last: index });
  });
  return runs.map((run) => trim(sentence, run)).filter((run) => run.first <= run.last);
}

function trim(sentence: Sentence, { first, last }: Run): Run {
  const { tokens } = sentence;
  const dangles = (token: Token | undefined, words: Set<string>) =>
    token !== undefined && token.kind !== 'quote' && words.has(token.canon);
  let [from, to] = [first, last];
  if (first > 0) while (from <= to && dangles(tokens[from], leading)) from++;
  if (last < tokens.length - 1) while (to >= from && dangles(tokens[to], trailing)) to--;
  return { first: from, last: to };
}

function textOfRun(sentence: Sentence, { first, last }: Run): string[] {
  const [from, to] = [sentence.tokens[first], sentence.tokens[last]];
  return from && to ? [sentence.text.slice(from.start, to.end)] : [];
}
