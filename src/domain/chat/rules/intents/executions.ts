import { find, groupOf, opening, rule, type Sentence, says } from '../text/sentence.ts';
import { tidy, titleOf } from '../text/title.ts';
import { ask, type Reader, reading } from './reading.ts';

const THING =
  '(?:execution|run|deployment|deploy|job|workflow|playbook|runbook|pipeline|automation|rollout|plan|template)';
const RUNNABLE = '(?:template|playbook|workflow|runbook|automation|pipeline|job|plan|script|execution)';
const status = opening(
  `(?:what(?:'s| is)? (?:is )?the )?(?:show (?:me )?(?:the )?|check (?:the )?|get (?:the )?)?(?:status|progress|state) (?:of|on|for) (?:the |my )?(?:last |latest |current )?(?<kind>${THING} ?)(?<what>.*?)|how(?:'s| is| are) (?:the |my )?(?<what2>(?:[^ ]{1,40} ){0,3})${THING}s? (?:going|doing|coming along)|(?:is|has|did) (?:the |my )?(?:last |latest |current )?(?<what3>(?:[^ ]{1,40} ){0,3})(?:execution|deployment|workflow|playbook|rollout) (?<what4>[^ ?]{1,40} )?(?:done|finished|finish|running|succeeded|succeed|failed|fail|complete|completed|still running)|(?:show|list)(?: me)? (?:the |my |all )?(?:running |recent |failed )?executions|execution status(?: of| for)?(?: (?<what5>[^ ?]{1,60}))?`,
);
const cancel = opening(
  `(?:cancel|stop|abort|kill|halt|terminate) (?:the |my )?(?:running |current |last |latest )?(?:(?<kind>execution|deployment|workflow|playbook|rollout|pipeline|automation|run)(?= (?:[^ ]{1,60} )?(?:[.!] )?$)(?: (?<what>[^ .!]{1,60}))?|(?<what2>(?:[^ ]{1,40} ){1,3})(?:execution|deployment|workflow|playbook|rollout|pipeline|automation|run)(?= (?:[.!] )?$))`,
);
const run = opening(
  `(?:run|execute|start|launch|trigger|kick off|fire off) (?:the |my |a )?(?:${RUNNABLE} (?:called |named )?(?<name>.+?)|(?<name2>.+?) ${RUNNABLE})(?: (?:on|against|for|at) (?:the )?(?:assets? |hosts? |servers? )?(?<assets>.+?))?(?= (?:[.!] )?$)`,
);
const runOn = opening(
  '(?:run|execute|trigger|launch) (?:the )?(?<name>.+?) (?:on|against) (?:the )?(?:assets? |hosts? |servers? )?(?<assets>.+?)(?= (?:[.!] )?$)',
);
const execute = opening('(?:execute|trigger) (?:the )?(?<name>.+?)(?= (?:[.!] )?$)');
/** The target of an execution: a host, a name with digits or hyphens, or an environment. */
const assetLike =
  /^(?:¤|prod|production|staging|dev|test|localhost|[\p{L}][\p{L}\p{N}_]*(?:-[\p{L}\p{N}_]+)+|[\p{L}]+\d+|all (?:servers|hosts|assets)|(?:the )?(?:prod|production|staging) (?:servers?|hosts?|cluster|database|db))$/u;

/** Status, cancellation or start of executions. Starting always requires confirmation. */
export const readExecution: Reader = ({ sentence }) =>
  readStatus(sentence) ?? readCancel(sentence) ?? readRun(sentence);

function readStatus(sentence: Sentence): ReturnType<Reader> {
  const found = find(sentence, status);
  if (!found) return null;
  const execution =
    wordsOf(sentence, ['what', 'what2', 'what3', 'what4', 'what5'], found) ?? trailing(sentence, found.last);
  return reading({ intent: 'execution_status', execution }, 0.88, {
    explanation: explained(sentence, 'execution.status'),
  });
}

function readCancel(sentence: Sentence): ReturnType<Reader> {
  const found = find(sentence, cancel);
  if (!found) return null;
  const execution = wordsOf(sentence, ['what', 'what2'], found);
  const clarification = execution === null ? ask('execution') : null;
  return reading({ intent: 'cancel_execution', execution }, execution ? 0.88 : 0.7, {
    clarification,
    explanation: explained(sentence, 'execution.cancel'),
  });
}

function readRun(sentence: Sentence): ReturnType<Reader> {
  const found = find(sentence, run) ?? onAssets(sentence) ?? find(sentence, execute);
  if (!found || says(sentence, rule('(?:tomorrow|today|tonight|every|tasks?|errands?)'))) return null;
  const template = wordsOf(sentence, ['name', 'name2'], found);
  const assets = groupOf(sentence, found, 'assets');
  const names = assets ? (titleOf(assets) ?? '').split(/\s*(?:,|\band\b)\s*/u).filter((name) => name !== '') : [];
  return reading({ intent: 'run_execution', template, assets: names }, 0.8, {
    clarification: template === null ? ask('execution') : null,
    explanation: explained(sentence, 'execution.run'),
  });
}

/** "run diagnostics on web-01" runs something; "run errands on friday" does not. */
function onAssets(sentence: Sentence): ReturnType<typeof find> {
  const found = find(sentence, runOn);
  const assets = (found?.match.groups?.assets ?? '').split(/ , | and /);
  return assets.every((name) => assetLike.test(name)) ? found : null;
}

function wordsOf(sentence: Sentence, groups: string[], found: NonNullable<ReturnType<typeof find>>): string | null {
  for (const group of groups) {
    const part = groupOf(sentence, found, group);
    const words = part && tidy(titleOf(part) ?? '').replace(/^(?:the|my) /i, '');
    if (words) return words;
  }
  return null;
}

function trailing(sentence: Sentence, last: number): string | null {
  const rest = sentence.tokens.slice(last + 1).filter((token) => token.canon !== '?');
  const [from, to] = [rest[0], rest.at(-1)];
  return from && to ? tidy(sentence.text.slice(from.start, to.end)) : null;
}

function explained(sentence: Sentence, ruleName: string): { field: string; span: [number, number]; rule: string }[] {
  const [from, to] = [sentence.tokens[0], sentence.tokens.at(-1)];
  return from && to ? [{ field: 'intent', span: [from.start, to.end], rule: ruleName }] : [];
}
