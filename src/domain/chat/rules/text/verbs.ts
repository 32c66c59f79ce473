import { dictionary } from './dictionary.ts';
import { actionVerbs } from './vocabulary.ts';

const irregular = dictionary(`
  buy: bought, pay: paid, send: sent, write: wrote written, read: read, take: took taken, make: made, get: got,
  meet: met, feed: fed, sell: sold, tell: told, sweep: swept, build: built, go: went gone, give: gave given,
  bring: brought, leave: left, find: found, run: ran, speak: spoke, teach: taught, think: thought, drive: drove,
  drink: drank, eat: ate, hang: hung, throw: threw, put: put, set: set, cut: cut, do: did done, see: saw, draw: drew,
  pick: picked, hold: held, keep: kept, drop: dropped
`);

/** The verb that "called" or "calling" is a form of; null when it is no form of a known verb. */
export function baseVerb(word: string, ending: 'ed' | 'ing'): string | null {
  if (ending === 'ed' && Object.hasOwn(irregular, word)) return irregular[word] ?? null;
  if (!word.endsWith(ending)) return null;
  const stem = word.slice(0, -ending.length);
  const forms = [stem, `${stem}e`, stem.replace(/(.)\1$/u, '$1'), stem.replace(/i$/, 'y')];
  return forms.find((form) => actionVerbs.has(form)) ?? null;
}
