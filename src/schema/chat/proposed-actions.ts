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
} from '../../domain/chat/proposal.ts';
import { builder } from '../builder.ts';
import { PriorityType } from '../tasks/task-types.ts';

const IntentType = builder.enumType('Intent', {
  description: 'What a text asks for.',
  values: {
    CREATE_TASK: { value: 'create_task', description: 'Create a task.' },
    CREATE_RECURRING: { value: 'create_recurring', description: 'Create a repeating task.' },
    SET_REMINDER: { value: 'set_reminder', description: 'Set a reminder.' },
    CANCEL_REMINDER: { value: 'cancel_reminder', description: 'Cancel a reminder.' },
    UPDATE_TASK: { value: 'update_task', description: 'Change a task.' },
    COMPLETE_TASK: { value: 'complete_task', description: 'Complete a task.' },
    DELETE_TASK: { value: 'delete_task', description: 'Delete a task.' },
    QUERY_TASKS: { value: 'query_tasks', description: 'List tasks.' },
    UNDO: { value: 'undo', description: 'Undo the last change.' },
    RUN_EXECUTION: { value: 'run_execution', description: 'Start an execution.' },
    EXECUTION_STATUS: { value: 'execution_status', description: 'Show the status of an execution.' },
    CANCEL_EXECUTION: { value: 'cancel_execution', description: 'Cancel an execution.' },
    OUT_OF_SCOPE: { value: 'out_of_scope', description: 'Something that Errand cannot do.' },
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
  permission: 'chat:use',
  description: 'One action of a proposal.',
  resolveType: ({ intent }) => typenames[intent],
  fields: (t) => ({ intent: t.expose('intent', { type: IntentType, description: 'What the text asks for.' }) }),
});

const ProposedDue = builder.objectRef<Due>('ProposedDue').implement({
  permission: 'chat:use',
  description: 'A date or time in a text. Exactly one of `date` and `at` is set.',
  fields: (t) => ({
    date: t.string({
      nullable: true,
      description: 'The day, as `YYYY-MM-DD`. Null if a time is meant.',
      resolve: (due) => ('date' in due ? due.date : null),
    }),
    at: t.string({
      nullable: true,
      description: 'The instant, in UTC, such as `2026-02-04T10:00:00Z`. Otherwise null.',
      resolve: (due) => ('at' in due ? due.at : null),
    }),
    timeZone: t.string({
      nullable: true,
      description: 'The IANA name of the time zone of the instant. Null if there is no instant.',
      resolve: (due) => ('at' in due ? due.timeZone : null),
    }),
  }),
});

const ProposedReminderTime = builder.objectRef<ReminderTime>('ProposedReminderTime').implement({
  permission: 'chat:use',
  description: 'The time of a reminder: relative to the due date, or fixed. Exactly one of `offset` and `at` is set.',
  fields: (t) => ({
    offset: t.string({
      nullable: true,
      description:
        'The ISO 8601 duration from the due date, such as `-PT15M` for 15 minutes before. Null if the time is fixed.',
      resolve: (time) => ('offset' in time ? time.offset : null),
    }),
    at: t.string({
      nullable: true,
      description: 'The instant, in UTC, such as `2026-02-04T10:00:00Z`. Otherwise null.',
      resolve: (time) => ('at' in time ? time.at : null),
    }),
  }),
});

const ProposedRecurrence = builder.objectRef<Recurrence>('ProposedRecurrence').implement({
  permission: 'chat:use',
  description: 'The rule by which a task repeats.',
  fields: (t) => ({
    rule: t.exposeString('rule', { description: 'The RRULE of RFC 5545.' }),
    basis: t.exposeString('basis', {
      description:
        'What the next date is calculated from: SCHEDULE for the previous date, COMPLETION for the day on which the previous task was completed.',
    }),
  }),
});

const ProposedDueRange = builder.objectRef<DueRange>('ProposedDueRange').implement({
  permission: 'chat:use',
  description: 'A range of due dates. Conditions that are null do not apply.',
  fields: (t) => ({
    from: t.expose('from', {
      type: ProposedDue,
      nullable: true,
      description: 'The task is due at this date or time or later.',
    }),
    to: t.expose('to', {
      type: ProposedDue,
      nullable: true,
      description: 'The task is due at this date or time or earlier.',
    }),
    before: t.expose('before', {
      type: ProposedDue,
      nullable: true,
      description: 'The task is due before this date or time.',
    }),
    after: t.expose('after', {
      type: ProposedDue,
      nullable: true,
      description: 'The task is due after this date or time.',
    }),
  }),
});

const ProposedFilter = builder.objectRef<TaskFilter>('ProposedFilter').implement({
  permission: 'chat:use',
  description: 'Conditions for tasks. Conditions that are null or empty do not apply.',
  fields: (t) => ({
    status: t.exposeString('status', { description: 'The status of the task: ACTIVE, COMPLETED or ANY.' }),
    priorities: t.expose('priorities', {
      type: [PriorityType],
      nullable: true,
      description: 'The task has one of these priorities.',
    }),
    tags: t.exposeStringList('tags', { nullable: true, description: 'The task has all of these tags.' }),
    due: t.expose('due', { type: ProposedDueRange, nullable: true, description: 'The task is due in this range.' }),
    isOverdue: t.boolean({
      description: 'Whether the task must be overdue.',
      resolve: ({ overdue }) => overdue === true,
    }),
    text: t.exposeString('text', { nullable: true, description: 'The task contains these words.' }),
  }),
});

const ProposedTarget = builder.objectRef<Target>('ProposedTarget').implement({
  permission: 'chat:use',
  description: 'The existing tasks that an action is about.',
  fields: (t) => ({
    text: t.string({
      nullable: true,
      description: 'Words of the title of the task.',
      resolve: (target) => ('text' in target ? target.text : null),
    }),
    isLastMentioned: t.boolean({
      description: 'Whether the task that was mentioned last is meant.',
      resolve: (target) => 'ref' in target,
    }),
    filter: t.field({
      type: ProposedFilter,
      nullable: true,
      description: 'The conditions for the tasks.',
      resolve: (target) => ('filter' in target ? target.filter : null),
    }),
  }),
});

const ProposedPatch = builder.objectRef<TaskPatch>('ProposedPatch').implement({
  permission: 'chat:use',
  description: 'The changes to a task. Fields that are null are not changed.',
  fields: (t) => ({
    title: t.exposeString('title', { nullable: true, description: 'The new title.' }),
    due: t.expose('due', { type: ProposedDue, nullable: true, description: 'The new due date or time.' }),
    dueShift: t.exposeString('dueShift', {
      nullable: true,
      description: 'The ISO 8601 duration to move the due date by.',
    }),
    priority: t.expose('priority', { type: PriorityType, nullable: true, description: 'The new priority.' }),
    addTags: t.exposeStringList('addTags', { nullable: true, description: 'Tags to add.' }),
    removeTags: t.exposeStringList('removeTags', { nullable: true, description: 'Tags to remove.' }),
  }),
});

const isDraft = (action: unknown): action is DraftAction => typenameOf(action) === 'ProposedTask';
const isExisting = (action: unknown): action is ExistingAction => typenameOf(action) === 'ProposedTaskChange';
const isExecution = (action: unknown): action is ExecutionAction => typenameOf(action) === 'ProposedExecution';

function typenameOf(action: unknown): string {
  return typenames[(action as Action).intent];
}

builder.objectRef<DraftAction>('ProposedTask').implement({
  permission: 'chat:use',
  description:
    'A task that would be created, with its recurrence and reminders. Fields that are null were not given in the text.',
  interfaces: [ProposedAction],
  isTypeOf: isDraft,
  fields: (t) => ({
    title: t.exposeString('title', { nullable: true, description: 'The title.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'The notes.' }),
    due: t.expose('due', { type: ProposedDue, nullable: true, description: 'The due date or time.' }),
    priority: t.expose('priority', { type: PriorityType, nullable: true, description: 'The priority.' }),
    tags: t.exposeStringList('tags', { description: 'The tags.' }),
    reminders: t.expose('reminders', { type: [ProposedReminderTime], description: 'The times of its reminders.' }),
    recurrence: t.field({
      type: ProposedRecurrence,
      nullable: true,
      description: 'The rule by which it repeats.',
      resolve: (action) => (action.intent === 'create_recurring' ? action.recurrence : null),
    }),
    target: t.field({
      type: ProposedTarget,
      nullable: true,
      description: 'The existing task that the reminder is for. Null if a new task is created.',
      resolve: (action) => (action.intent === 'set_reminder' ? action.target : null),
    }),
  }),
});

builder.objectRef<ExistingAction>('ProposedTaskChange').implement({
  permission: 'chat:use',
  description: 'An action on existing tasks.',
  interfaces: [ProposedAction],
  isTypeOf: isExisting,
  fields: (t) => ({
    target: t.expose('target', {
      type: ProposedTarget,
      nullable: true,
      description: 'The tasks that the action is about. Null if the text does not say.',
    }),
    patch: t.field({
      type: ProposedPatch,
      nullable: true,
      description: 'The changes, for UPDATE_TASK. Null for other intents.',
      resolve: (action) => (action.intent === 'update_task' ? action.patch : null),
    }),
  }),
});

builder.objectRef<Wanting<'query_tasks'>>('ProposedTaskQuery').implement({
  permission: 'chat:use',
  description: 'A query for tasks.',
  interfaces: [ProposedAction],
  isTypeOf: (action) => typenameOf(action) === 'ProposedTaskQuery',
  fields: (t) => ({
    filter: t.expose('filter', { type: ProposedFilter, description: 'The conditions for the tasks.' }),
    limit: t.exposeInt('limit', {
      nullable: true,
      description: 'The largest number of tasks to list. Null if it is not limited.',
    }),
  }),
});

builder.objectRef<ExecutionAction>('ProposedExecution').implement({
  permission: 'chat:use',
  description: 'An action on an execution.',
  interfaces: [ProposedAction],
  isTypeOf: isExecution,
  fields: (t) => ({
    name: t.string({
      nullable: true,
      description: 'The name in the text, such as the name of a template.',
      resolve: (action) => (action.intent === 'run_execution' ? action.template : action.execution),
    }),
  }),
});

builder.objectRef<Wanting<'undo'>>('ProposedUndo').implement({
  permission: 'chat:use',
  description: 'The last change would be undone.',
  interfaces: [ProposedAction],
  isTypeOf: (action) => typenameOf(action) === 'ProposedUndo',
});

builder.objectRef<Wanting<'out_of_scope'>>('NothingProposed').implement({
  permission: 'chat:use',
  description: 'Nothing would be done.',
  interfaces: [ProposedAction],
  isTypeOf: (action) => typenameOf(action) === 'NothingProposed',
  fields: (t) => ({ reason: t.exposeString('reason', { description: 'The reason, such as GREETING or NEVER_MIND.' }) }),
});
