import { actionVerbs } from './vocabulary.ts';

const irregular: Record<string, string> = {
  bought: 'buy',
  paid: 'pay',
  sent: 'send',
  wrote: 'write',
  written: 'write',
  read: 'read',
  took: 'take',
  taken: 'take',
  made: 'make',
  got: 'get',
  met: 'meet',
  fed: 'feed',
  sold: 'sell',
  told: 'tell',
  swept: 'sweep',
  built: 'build',
  went: 'go',
  gone: 'go',
  gave: 'give',
  given: 'give',
  brought: 'bring',
  left: 'leave',
  found: 'find',
  ran: 'run',
  spoke: 'speak',
  taught: 'teach',
  thought: 'think',
  drove: 'drive',
  drank: 'drink',
  ate: 'eat',
  hung: 'hang',
  threw: 'throw',
  put: 'put',
  set: 'set',
  cut: 'cut',
  did: 'do',
  done: 'do',
  saw: 'see',
  drew: 'draw',
  picked: 'pick',
  held: 'hold',
  kept: 'keep',
  dropped: 'drop',
};

/** The verb that "called" or "calling" is a form of; null when it is no form of a known verb. */
export function baseVerb(word: string, ending: 'ed' | 'ing'): string | null {
  if (ending === 'ed' && Object.hasOwn(irregular, word)) return irregular[word] ?? null;
  if (!word.endsWith(ending)) return null;
  const stem = word.slice(0, -ending.length);
  const forms = [stem, `${stem}e`, stem.replace(/(.)\1$/u, '$1'), stem.replace(/i$/, 'y')];
  return forms.find((form) => actionVerbs.has(form)) ?? null;
}
