import { isClean, type Verdict } from './verdict.ts';

const columns = [
  'scenario',
  'tasks · mails',
  'lost: tasks · events · mails',
  'twice: tasks · events · mails',
  'longest gap of answers',
  'of events',
  'of mails',
  '',
];

export const heading = `| ${columns.join(' | ')} |\n|${columns.map(() => '---').join('|')}|`;

export function formatVerdict(label: string, verdict: Verdict): string {
  const { acknowledged, mails, lost, doubled, gapMs, faults } = verdict;
  const three = ({ tasks, events, mails }: Verdict['lost']) => `${tasks} · ${events} · ${mails}`;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const cells = [
    label,
    `${acknowledged} · ${mails}`,
    three(lost),
    three(doubled),
    seconds(gapMs.answers),
    seconds(gapMs.events),
    seconds(gapMs.mails),
    isClean(verdict) ? '' : ['NOT CLEAN', ...[...faults].map(([fault, times]) => `${times} × ${fault}`)].join('; '),
  ];
  return `| ${cells.join(' | ')} |`;
}
