import type { Task } from '../../generated/prisma/client.ts';
import type { Course } from './plan.ts';
import type { Proposal } from './proposal.ts';

/** The reply to a message, in the user's time zone. */
export function replyTo(
  proposal: Proposal,
  course: Course,
  { tasks, timeZone }: { tasks: readonly Task[]; timeZone: string },
): string {
  const unresolved = proposal.unresolved.length > 0 ? ` I did not understand: ${proposal.unresolved.join(', ')}.` : '';
  switch (course.kind) {
    case 'CREATE':
      return `Created ${tasks.map((task) => describe(task, timeZone)).join('; ')}.${unresolved}`;
    case 'CONFIRM':
      return `Shall I create ${course.actions.map(({ title }) => `"${title}"`).join(', ')}? Say yes or no.${unresolved}`;
    case 'QUERY':
      return tasks.length === 0 ? `I found no such task.${unresolved}` : listed(tasks, timeZone) + unresolved;
    case 'ASK':
      return course.question;
    case 'DROP':
      return 'The proposal was discarded. Nothing was changed.';
    case 'DECLINE':
      return course.reason;
  }
}

function listed(tasks: readonly Task[], timeZone: string): string {
  return tasks.map((task) => `• ${describe(task, timeZone)}`).join('\n');
}

function describe({ title, dueAt, dueDate, priority }: Task, timeZone: string): string {
  const urgency = priority === 'MEDIUM' ? '' : `, ${priority.toLowerCase()} priority`;
  return `"${title}"${dueAt ? `, due ${dueText(dueAt, dueDate, timeZone)}` : ''}${urgency}`;
}

function dueText(dueAt: Date, dueDate: Date | null, timeZone: string): string {
  const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
  return dueDate
    ? new Intl.DateTimeFormat('en-GB', { ...day, timeZone: 'UTC' }).format(dueDate)
    : new Intl.DateTimeFormat('en-GB', { ...day, hour: '2-digit', minute: '2-digit', timeZone }).format(dueAt);
}
