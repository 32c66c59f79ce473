import { closing, find, newSentence, opening, type Sentence } from './sentence.ts';

const before = opening(
  "(?:(?:please|kindly|hey|hi|hello|ok|okay|so|well|um|uh|actually|just|also|and|then|now|errand|bot|alright|yo|oh|dear|thanks|,|!|\\.) ){0,5}(?:(?:can|could|would|will) you(?: (?:please|kindly|just|help me(?: to)?|mind))?|i(?:'d| would) (?:like|love|want|prefer) (?:you to|it if you)|i (?:want|need) you to|(?:i (?:want|need|wish|would like) to|i'd like to|let's|let me|help me)(?= (?:(?:create|add|make) (?:a|an|another|some) |see (?:my|all) ))|would you mind|you (?:can|should|could)|please|kindly|hey|hi|hello|ok|okay|so|well|actually|just|also|and|now|alright|oh|,)(?= )(?: (?:please|kindly|just|,))?(?= (?![.!?,] ))",
);
const after = closing(
  '(?:, )?(?:please|pls|thanks|thank you|thx|ok|okay|cheers)(?: (?:very much|a lot|so much|in advance))?',
);

/** The sentence without polite phrases, and whether it was a question ("can you …?"). */
export function takePoliteness(sentence: Sentence): { sentence: Sentence; asked: boolean } {
  const opened = find(sentence, before);
  const asked = opened !== null && /(?:can|could|would|will) you/.test(opened.match[0]);
  // "never mind, hello" and a lone "please" keep their words.
  const from = opened && opened.last < sentence.tokens.length - 1 ? opened.last + 1 : 0;
  const rest = newSentence(sentence.text, sentence.tokens.slice(from));
  const closed = find(rest, after);
  const to = closed && closed.first > 0 ? closed.first : rest.tokens.length;
  const asksOnly = asked && rest.tokens[to - 1]?.canon === '?' ? to - 1 : to;
  return { sentence: newSentence(sentence.text, rest.tokens.slice(0, Math.max(asksOnly, 1))), asked };
}
