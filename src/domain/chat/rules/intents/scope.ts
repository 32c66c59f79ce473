import { hasForeignCommand } from '../text/foreign-commands.ts';
import { closing, opening, rule, says, take } from '../text/sentence.ts';
import { ask, outOfScope, type Reader, reading } from './reading.ts';

const ALONE = '(?= (?:[.!?,] ){0,3}$)';
const greeting = opening(
  `(?:(?:hi|hello|hey|hiya|yo|greetings|howdy|good (?:morning|afternoon|evening|day|night)|thanks|thank you|thx|ty|thanks a lot|thank you very much|cheers|bye|goodbye|see you|ok|okay|cool|great|nice|lol|sure|yes|yeah|yep|what's up|sup|how are you|how are you doing|you're welcome|sorry|hmm|hm|test|testing|ping)(?: (?:there|all|everyone|errand|bot|so much|today|you|again))?[ ,!.?]*){1,3}${ALONE}`,
);
const help = opening(
  '(?:help(?: me)?(?: please)?(?= (?:[.!?] )*$)|what can (?:you|i) (?:do|say|ask)|what do you do|what are you(?: able to do| capable of)?(?= (?:[?.!] )*$)|how do you|how (?:do|can|should) (?:i|we) .*|how does (?:this|it) work|who are you|commands|what (?:commands|features).*|instructions(?= (?:[.!?] )*$))',
);
const neverMind = opening(
  `(?:(?:oh |no |actually |wait |ok |,)* ?(?:no|nope|never ?mind|nevermind|nvm|forget (?:it|that|about it)|cancel(?: that| it| this)?|stop(?: it| that)?|scratch that|skip it|leave it|drop it|don't bother|not now|dismiss|abort|discard(?: that| it)?|nothing|don't|do not|don't do (?:that|it|anything)|no don't|no thanks|no thank you|ignore that|ignore it))${ALONE}`,
);
const tookBack = closing(
  "(?:,|-|\\.|¦)? ?(?:no ,? ?)?(?:wait ,? ?)?(?:actually ,? ?)?(?:never ?mind|nevermind|nvm|forget (?:it|that|about it)|scratch that|cancel that|on second thought ,? ?(?:no|don't|never mind))",
);
const undo = opening(
  '(?:please )?(?:undo|revert|undelete|roll ?back|take (?:that|it) back|bring (?:it|that) back|put (?:it|that) back|restore (?:it|that|them))(?: (?:that|it|this|them|the (?:last|previous)(?: .+)?|my last .+|last .+|what (?:i|you) just did|the (?:deletion|change|completion|delete|update)|everything|all (?:of )?(?:that|it)|completing .+|deleting .+))?(?= (?:[.!?] )*$)',
);

const CHANGE =
  '(?:delete|remove|erase|complete|finish|mark|check|tick|cancel|move|reschedule|postpone|change|update|rename|edit|create|add|make|set|clear|close|undo|remind|run|execute|deploy|start|trigger|schedule|assign|touch|do|close|archive|put|reopen|uncheck|send|buy|call|snooze|push|show|drop|book)';
const negated = opening(
  `(?:(?:but|and|so|well|no|oh|ok|wait|please|actually|hey|,) ?)*(?:(?:you |we |i )?(?:don't|do not|never|please don't|shouldn't|should not|must not|mustn't|cannot|can't|won't|will not) (?:ever |actually |yet |want (?:you )?to |wanna |need (?:you )?to |have to |think |you (?:dare )?(?:to )?|please |you )*${CHANGE}|no need to|there's no need to|there is no need to|i (?:didn't|did not|haven't|have not|don't|do not|never|wasn't|am not|hadn't|couldn't|can't)|i'm not|we (?:didn't|haven't)|not (?:done|finished|yet)|nothing is|leave .+ alone|avoid deleting)`,
);
const rules = opening(
  '(?:please )?(?:(?:ignore|forget|disregard|override|bypass|skip|drop|break|reset|violate) (?:all |any |every )?(?:of )?(?:your|the|my|previous|prior|above|all|these|those|earlier|any|safety|system)(?: [^ ]{1,20}){0,3}? (?:rules?|instructions?|prompts?|guidelines?|restrictions?|policy|policies|guardrails|constraints|commands?|safety|directives?)|you are now|pretend (?:to be|you are|that)|act as|from now on you|system :|drop (?:table|database|schema)|as an? (?:admin|administrator|root|developer)|(?:print|show|reveal|repeat|output|display|leak|dump|tell|give)(?: me)? (?:your|the) (?:system |hidden |initial |secret )*(?:prompt|instructions|rules|system message|api key|token|secrets?|password)|sudo|enable (?:developer|admin|debug|god) mode|jailbreak)',
);
const requests = opening(
  '(?:tell me|sing|write me|compose|recite|explain|translate (?:to|into|this|that|the following)|say|define|calculate|compute|solve|convert|recommend|suggest|generate|summari[sz]e (?:this|the (?:news|following))|play|open the|turn (?:on|off) the|order me|search the web|google|give me a (?:joke|recipe|poem|story|quote)|make me laugh|drop table|select \\*)',
);
const embedded = rule(
  '(?:delete|erase|remove|wipe|clear|purge|drop|destroy) (?:all|every|everything|each)(?: (?:of )?(?:my |the |your |our )?(?:tasks?|todos?|data|lists?|reminders?|items?|things?|users?|records?|tables?|database))?',
);
const sameTime = opening('(?:the )?same (?:time|day|place|thing|as)');
const bare = opening(`(?:${'task|tasks|todo|item|new|add|create|make|list|update|change|move'})(?= (?:[.!?] )*$)`);
const pick = opening(
  '(?:the )?(?:1st|2nd|3rd|4th|5th|last|other|next|\\d{1,2})(?: (?:one|option|task|of them))?(?: please)?(?= (?:[.!?] )*$)',
);
const createAlone = opening(
  `(?:(?:create|add|make|new|i want|i need)(?: a| an| another)?(?: new)? (?:task|todo|item)|new|add|create)(?= (?:[.!?:] )*$)`,
);

/** Greetings, thanks, "what can you do?". */
export const readSmallTalk: Reader = ({ sentence }) => {
  if (says(sentence, greeting)) return outOfScope('GREETING', 0.95);
  return says(sentence, help) ? outOfScope('HELP', 0.95) : null;
};

/** "Never mind", also at the end of a sentence. */
export const readNeverMind: Reader = ({ sentence }) =>
  says(sentence, neverMind) || says(sentence, tookBack) ? outOfScope('NEVER_MIND', 0.95) : null;

export const readUndo: Reader = ({ sentence }) =>
  take(sentence, undo, 'intent', 'undo')
    ? reading({ intent: 'undo' }, 0.93, { explanation: sentence.explanation })
    : null;

/** "Don't delete it", "I haven't finished": a negation, so nothing is done. */
export const readNegation: Reader = ({ sentence }) => {
  if (says(sentence, opening("(?:(?:please|and|but|,) ?)*(?:don't|do not|never)(?: ever)? (?:let me )?forget")))
    return null;
  return says(sentence, negated) && !says(sentence, opening("(?:please )?don't remind me"))
    ? outOfScope('NEGATED', 0.93)
    : null;
};

/** Attempts to circumvent the rules of the parser. */
export const readRefusal: Reader = ({ sentence }) => (says(sentence, rules) ? outOfScope('REFUSED', 0.93) : null);

/** The last checks before the default of creating a task: small talk, commands in other languages, hidden deletions. */
export const readUnfit: Reader = ({ sentence }) => {
  if (hasForeignCommand(openText(sentence))) return outOfScope('OTHER_LANGUAGE', 0.8);
  if (says(sentence, embedded)) return outOfScope('REFUSED', 0.7);
  if (says(sentence, requests)) return outOfScope('UNKNOWN', 0.8);
  if (says(sentence, sameTime) || says(sentence, pick))
    return outOfScope('UNKNOWN', 0.6, { clarification: ask('command') });
  if (says(sentence, createAlone)) return null;
  return says(sentence, bare) ? outOfScope('UNKNOWN', 0.6, { clarification: ask('command') }) : null;
};

/** The words outside of quotations: a quotation is a title, in any language. */
function openText(sentence: Parameters<Reader>[0]['sentence']): string {
  const start = sentence.tokens[0]?.start ?? 0;
  const quotes = sentence.tokens.filter((token) => token.kind === 'quote');
  const spoken = sentence.text.slice(start, sentence.tokens.at(-1)?.end);
  return quotes.reduce((text, { raw }) => text.replace(raw, ' '), spoken);
}
