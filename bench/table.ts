import type { Cpu } from './harness/cpu.ts';
import { type Goal, isMet, type Outcome, type Row } from './row.ts';

const headings = ['row', 'what is measured', 'Errand', 'ceiling', 'ratio', 'CPU per call', 'goal', ''];

/** The finished table as Markdown, its columns aligned, with the notes below it. */
export function formatTable(results: readonly { row: Row; outcome: Outcome }[]): string {
  const notes: string[] = [];
  const lines = results.map(({ row, outcome }) => cells(row, outcome, notes));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...lines.map((line) => (line[column] ?? '').length)),
  );
  const format = (line: readonly string[]) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [format(headings), rule, ...lines.map(format), ...(notes.length ? ['', ...notes] : [])].join('\n');
}

function cells(row: Row, outcome: Outcome, notes: string[]): string[] {
  const start = [row.name, row.measures];
  const goal = row.goal ? formatGoal(row.goal, outcome) : '';
  if (outcome.kind === 'skipped' || outcome.kind === 'failed') {
    notes.push(`${row.name}: ${outcome.reason}`);
    return [...start, '', '', '', '', goal, outcome.kind];
  }
  if (outcome.kind === 'value') {
    if (outcome.detail) notes.push(`${row.name}: ${outcome.detail}`);
    return [...start, `${formatNumber(outcome.value)} ${outcome.unit}`, '', '', '', goal, verdict(row, outcome)];
  }
  const { errand, ceiling, ratio, unit, cpuMs } = outcome;
  const cpu = cpuMs ? `${formatCpu(cpuMs.errand)}; ${formatCpu(cpuMs.ceiling)}` : '';
  const amounts = [errand, ceiling].map((amount) => `${formatNumber(amount)}${unit}`);
  return [...start, ...amounts, ratio.toFixed(2), cpu, goal, verdict(row, outcome)];
}

/** Of the server and, after the plus sign, of PostgreSQL. */
function formatCpu({ server, postgres }: Cpu): string {
  return `${server.toFixed(2)} + ${postgres.toFixed(2)} ms`;
}

function verdict({ goal }: Row, outcome: Outcome): string {
  const met = isMet(goal, outcome);
  return met === null ? '' : met ? 'met' : 'NOT MET';
}

function formatGoal(goal: Goal, outcome: Outcome): string {
  const unit = outcome.kind === 'value' ? ` ${outcome.unit}` : '';
  return 'atLeast' in goal ? `>= ${goal.atLeast}${unit}` : `< ${goal.below}${unit}`;
}

export function formatNumber(amount: number): string {
  return amount >= 100 ? Math.round(amount).toLocaleString('en-US') : amount.toFixed(1);
}
