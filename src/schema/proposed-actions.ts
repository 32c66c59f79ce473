import type {
  Action,
  Due,
  DueRange,
  Intent,
  Recurrence,
  ReminderTime,
  Target,
  TaskFilter,
  TaskPatch,
} from '../domain/chat/proposal.ts';
import { builder } from './builder.ts';
import { PriorityType } from './task-types.ts';

const IntentType = builder.enumType('Intent', {
  description: 'What somebody wants.',
  values: {
    CREATE_TASK: { value: 'create_task', description: 'A new task.' },
    CREATE_RECURRING: { value: 'create_recurring', description: 'A new task that repeats.' },
    SET_REMINDER: { value: 'set_reminder', description: 'A reminder.' },
    CANCEL_REMINDER: { value: 'cancel_reminder', description: 'No reminder any more.' },
    UPDATE_TASK: { value: 'update_task', description: 'A change to a task.' },
    COMPLETE_TASK: { value: 'complete_task', description: 'A task is done.' },
    DELETE_TASK: { value: 'delete_task', description: 'A task is to go.' },
    QUERY_TASKS: { value: 'query_tasks', description: 'To see tasks.' },
    UNDO: { value: 'undo', description: 'To take back what was done last.' },
    RUN_EXECUTION: { value: 'run_execution', description: 'To run something.' },
    EXECUTION_STATUS: { value: 'execution_status', description: 'To know how something runs.' },
    CANCEL_EXECUTION: { value: 'cancel_execution', description: 'To stop something.' },
    OUT_OF_SCOPE: { value: 'out_of_scope', description: 'Nothing that can be done.' },
  } as const satisfies Record<string, { value: Intent; description: string }>,
});

type Wanting<I extends Intent> = Extract<Action, { intent: I }>;
type DraftAction = Wanting<'create_task' | 'create_recurring' | 'set_reminder'>;
type ExistingAction = Wanting<'update_task' | 'complete_task' | 'delete_task' | 'cancel_reminder'>;
type ExecutionAction = Wanting<'run_execution' | 'execution_status' | 'cancel_execution'>;

const typenames = {
  create_task: 'ProposedTask',
  create_recurring: 'ProposedTask',
  set_reminder: 'ProposedTask',
  update_task: 'ProposedTaskChange',
  complete_task: 'ProposedTaskChange',
  delete_task: 'ProposedTaskChange',
  cancel_reminder: 'ProposedTaskChange',
  query_tasks: 'ProposedTaskQuery',
  run_execution: 'ProposedExecution',
  execution_status: 'ProposedExecution',
  cancel_execution: 'ProposedExecution',
  undo: 'ProposedUndo',
  out_of_scope: 'NothingProposed',
} as const satisfies Record<Intent, string>;

export const ProposedAction = builder.interfaceRef<Action>('ProposedAction').implement({
  description: 'One thing that would be done.',
  resolveType: ({ intent }) => typenames[intent],
  fields: (t) => ({ intent: t.expose('intent', { type: IntentType, description: 'What is wanted.' }) }),
});

const ProposedDue = builder.objectRef<Due>('ProposedDue').implement({
  description: 'A date or a time that was said. Exactly one of date and at is set.',
  fields: (t) => ({
    date: t.string({
      nullable: true,
      description: 'A whole day, YYYY-MM-DD.',
      resolve: (due) => ('date' in due ? due.date : null),
    }),
    at: t.string({
      nullable: true,
      description: 'An instant, ISO 8601 in UTC.',
      resolve: (due) => ('at' in due ? due.at : null),
    }),
    timeZone: t.string({
      nullable: true,
      description: 'The IANA zone the instant was meant in.',
      resolve: (due) => ('at' in due ? due.timeZone : null),
    }),
  }),
});

const ProposedReminderTime = builder.objectRef<ReminderTime>('ProposedReminderTime').implement({
  description: 'When a reminder is wanted: relative to the due, or at a moment.',
  fields: (t) => ({
    offset: t.string({
      nullable: true,
      description: 'ISO 8601 duration from the due, such as -PT15M.',
      resolve: (time) => ('offset' in time ? time.offset : null),
    }),
    at: t.string({
      nullable: true,
      description: 'An instant, ISO 8601 in UTC.',
      resolve: (time) => ('at' in time ? time.at : null),
    }),
  }),
});

const ProposedRecurrence = builder.objectRef<Recurrence>('ProposedRecurrence').implement({
  description: 'How a task repeats.',
  fields: (t) => ({
    rule: t.exposeString('rule', { description: 'An RRULE of RFC 5545.' }),
    basis: t.exposeString('basis', {
      description: 'SCHEDULE: the next follows the due. COMPLETION: it follows the day the last was done.',
    }),
  }),
});

const ProposedDueRange = builder.objectRef<DueRange>('ProposedDueRange').implement({
  description: 'When tasks are due.',
  fields: (t) => ({
    from: t.expose('from', { type: ProposedDue, nullable: true, description: 'Then or later.' }),
    to: t.expose('to', { type: ProposedDue, nullable: true, description: 'Then or earlier.' }),
    before: t.expose('before', { type: ProposedDue, nullable: true, description: 'Before then.' }),
    after: t.expose('after', { type: ProposedDue, nullable: true, description: 'After then.' }),
  }),
});

const ProposedFilter = builder.objectRef<TaskFilter>('ProposedFilter').implement({
  description: 'Which tasks are meant; an absent condition holds for all.',
  fields: (t) => ({
    status: t.exposeString('status', { description: 'ACTIVE, COMPLETED or ANY.' }),
    priorities: t.expose('priorities', { type: [PriorityType], nullable: true, description: 'Of one of these.' }),
    tags: t.exposeStringList('tags', { nullable: true, description: 'With all of these tags.' }),
    due: t.expose('due', { type: ProposedDueRange, nullable: true, description: 'Due then.' }),
    isOverdue: t.boolean({ description: 'Only overdue ones.', resolve: ({ overdue }) => overdue === true }),
    text: t.exposeString('text', { nullable: true, description: 'With these words.' }),
  }),
});

const ProposedTarget = builder.objectRef<Target>('ProposedTarget').implement({
  description: 'Which existing tasks are meant.',
  fields: (t) => ({
    text: t.string({
      nullable: true,
      description: 'Words of the title.',
      resolve: (target) => ('text' in target ? target.text : null),
    }),
    isLastMentioned: t.boolean({
      description: 'The task that was talked of last.',
      resolve: (target) => 'ref' in target,
    }),
    filter: t.field({
      type: ProposedFilter,
      nullable: true,
      description: 'The tasks that this means.',
      resolve: (target) => ('filter' in target ? target.filter : null),
    }),
  }),
});

const ProposedPatch = builder.objectRef<TaskPatch>('ProposedPatch').implement({
  description: 'What would change of a task.',
  fields: (t) => ({
    title: t.exposeString('title', { nullable: true, description: 'The new title.' }),
    due: t.expose('due', { type: ProposedDue, nullable: true, description: 'The new due.' }),
    dueShift: t.exposeString('dueShift', { nullable: true, description: 'ISO 8601 duration to move the due by.' }),
    priority: t.expose('priority', { type: PriorityType, nullable: true, description: 'The new priority.' }),
    addTags: t.exposeStringList('addTags', { nullable: true, description: 'Tags it gets.' }),
    removeTags: t.exposeStringList('removeTags', { nullable: true, description: 'Tags it loses.' }),
  }),
});

const isDraft = (action: unknown): action is DraftAction => typenameOf(action) === 'ProposedTask';
const isExisting = (action: unknown): action is ExistingAction => typenameOf(action) === 'ProposedTaskChange';
const isExecution = (action: unknown): action is ExecutionAction => typenameOf(action) === 'ProposedExecution';

function typenameOf(action: unknown): string {
  return typenames[(action as Action).intent];
}

builder.objectRef<DraftAction>('ProposedTask').implement({
  description: 'A task that would be made; it may repeat and remind. What is null was not said.',
  interfaces: [ProposedAction],
  isTypeOf: isDraft,
  fields: (t) => ({
    title: t.exposeString('title', { nullable: true, description: 'What is to be done.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'More about it.' }),
    due: t.expose('due', { type: ProposedDue, nullable: true, description: 'When it is due.' }),
    priority: t.expose('priority', { type: PriorityType, nullable: true, description: 'How much it matters.' }),
    tags: t.exposeStringList('tags', { description: 'Its tags.' }),
    reminders: t.expose('reminders', { type: [ProposedReminderTime], description: 'When it reminds.' }),
    recurrence: t.field({
      type: ProposedRecurrence,
      nullable: true,
      description: 'How it repeats.',
      resolve: (action) => (action.intent === 'create_recurring' ? action.recurrence : null),
    }),
    target: t.field({
      type: ProposedTarget,
      nullable: true,
      description: 'The existing task that a reminder is for.',
      resolve: (action) => (action.intent === 'set_reminder' ? action.target : null),
    }),
  }),
});

builder.objectRef<ExistingAction>('ProposedTaskChange').implement({
  description: 'Something that would be done to existing tasks.',
  interfaces: [ProposedAction],
  isTypeOf: isExisting,
  fields: (t) => ({
    target: t.expose('target', { type: ProposedTarget, nullable: true, description: 'Which tasks; null: not said.' }),
    patch: t.field({
      type: ProposedPatch,
      nullable: true,
      description: 'What would change, for UPDATE_TASK.',
      resolve: (action) => (action.intent === 'update_task' ? action.patch : null),
    }),
  }),
});

builder.objectRef<Wanting<'query_tasks'>>('ProposedTaskQuery').implement({
  description: 'A question about tasks.',
  interfaces: [ProposedAction],
  isTypeOf: (action) => typenameOf(action) === 'ProposedTaskQuery',
  fields: (t) => ({
    filter: t.expose('filter', { type: ProposedFilter, description: 'Which tasks.' }),
    limit: t.exposeInt('limit', { nullable: true, description: 'How many at most.' }),
  }),
});

builder.objectRef<ExecutionAction>('ProposedExecution').implement({
  description: 'Something about an execution.',
  interfaces: [ProposedAction],
  isTypeOf: isExecution,
  fields: (t) => ({
    name: t.string({
      nullable: true,
      description: 'What was called by name.',
      resolve: (action) => (action.intent === 'run_execution' ? action.template : action.execution),
    }),
  }),
});

builder.objectRef<Wanting<'undo'>>('ProposedUndo').implement({
  description: 'What was done last would be taken back.',
  interfaces: [ProposedAction],
  isTypeOf: (action) => typenameOf(action) === 'ProposedUndo',
});

builder.objectRef<Wanting<'out_of_scope'>>('NothingProposed').implement({
  description: 'Nothing would be done.',
  interfaces: [ProposedAction],
  isTypeOf: (action) => typenameOf(action) === 'NothingProposed',
  fields: (t) => ({ reason: t.exposeString('reason', { description: 'Why, such as GREETING or NEVER_MIND.' }) }),
});
