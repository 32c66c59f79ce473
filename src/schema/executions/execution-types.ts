import type { ExecutionLogEntry } from '../../generated/prisma/client.ts';
import { ExecutionStatus, StepResolution, StepStatus, StepWait } from '../../generated/prisma/enums.ts';
import { userIn } from '../../resolvers/call.ts';
import * as executions from '../../resolvers/executions/executions.ts';
import { builder } from '../builder.ts';
import { pageCost, pageOf } from '../connection.ts';
import { User } from '../members/users.ts';

export const ExecutionStatusType = builder.enumType(ExecutionStatus, {
  name: 'ExecutionStatus',
  description: 'The status of an execution. SUCCEEDED, FAILED, PARTIAL, CANCELLED and TIMED_OUT are final.',
  values: {
    QUEUED: { description: 'The execution is waiting for a worker.' },
    RUNNING: { description: 'A worker is running the execution.' },
    WAITING: { description: 'The execution is waiting for a time, without occupying a worker.' },
    SUCCEEDED: { description: 'All steps succeeded.' },
    FAILED: {
      description: 'A step failed and none succeeded, or the submitter no longer has the required permission.',
    },
    PARTIAL: { description: 'A step failed after others had succeeded.' },
    CANCELLED: { description: 'The execution was cancelled.' },
    TIMED_OUT: {
      description:
        'The execution or one of its steps exceeded its time limit, or it was not started before it expired.',
    },
  },
});

const StepStatusType = builder.enumType(StepStatus, {
  name: 'StepStatus',
  description: 'The status of a step. SUCCEEDED, FAILED, SKIPPED, CANCELLED and TIMED_OUT are final.',
  values: {
    QUEUED: { description: 'The step has not been started yet.' },
    RUNNING: { description: 'The step is running.' },
    WAITING: { description: 'The step is waiting for a time or for its next attempt.' },
    SUCCEEDED: { description: 'The step succeeded.' },
    FAILED: { description: 'The step failed; see `error`.' },
    SKIPPED: {
      description:
        'The step was not run, because a step that it depends on did not succeed or because the execution ended.',
    },
    CANCELLED: {
      description:
        'The step had started, and the execution was cancelled or ended before the step was completed. If its worker was lost, `error` says so.',
    },
    TIMED_OUT: { description: 'The step was aborted because it exceeded its time limit.' },
  },
});

const StepWaitType = builder.enumType(StepWait, {
  name: 'StepWait',
  description: 'What a step with the status WAITING is waiting for.',
  values: {
    TIMER: { description: 'The end of the time that a `wait` step waits.' },
    RETRY: { description: 'The next attempt, after one that failed.' },
  },
});

export const StepResolutionType = builder.enumType(StepResolution, {
  name: 'StepResolution',
  description: 'How a step ended whose outcome was unknown, as somebody said who checked it.',
  values: {
    SUCCEEDED: { description: 'The step was completed.' },
    FAILED: { description: 'The step was not completed.' },
  },
});

const ExecutionError = builder.objectRef<executions.FaultShape>('ExecutionError').implement({
  permission: 'execution:read',
  description: 'The reason why an execution or a step did not succeed.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description:
        'The error code: STEP_FAILED, TIMED_OUT, EXPIRED, FORBIDDEN, HTTP_STATUS, HTTP_UNREACHABLE, HTTP_ADDRESS_REFUSED, VALIDATION_FAILED, OUTCOME_UNKNOWN, WORKER_LOST or INTERNAL. OUTCOME_UNKNOWN means that a worker was lost while the step was running, so that somebody has to check whether it was done, and to call `resolveStep`.',
    }),
    message: t.exposeString('message', { description: 'An explanation for people.' }),
  }),
});

export const ExecutionProgress = builder.objectRef<executions.ProgressShape>('ExecutionProgress').implement({
  permission: 'execution:read',
  description: 'The progress of an execution.',
  fields: (t) => ({
    finished: t.exposeInt('finished', { description: 'The number of steps that have ended, with any status.' }),
    total: t.exposeInt('total', { description: 'The total number of steps.' }),
    percent: t.int({
      description: 'The percentage of steps that have ended, from 0 to 100.',
      resolve: executions.percent,
    }),
    currentStep: t.exposeString('currentStep', {
      nullable: true,
      description: 'The name of the step that is running or waiting. Null if there is none.',
    }),
  }),
});

export const ExecutionStep = builder.node(builder.objectRef<executions.StepShape>('ExecutionStep'), {
  permission: 'execution:read',
  description: 'A step of an execution.',
  id: { resolve: ({ id }) => id, description: 'The global id of the step.' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the step in the plan.' }),
    type: t.exposeString('type', { description: 'The type of the step, such as `http`.' }),
    status: t.expose('status', { type: StepStatusType, description: 'The status.' }),
    dependsOn: t.exposeStringList('dependsOn', {
      description: 'The names of the steps that must succeed before this step is run.',
    }),
    attempt: t.exposeInt('attempt', { description: 'The number of attempts that were started.' }),
    maxAttempts: t.exposeInt('maxAttempts', { description: 'The largest number of attempts.' }),
    timeoutSeconds: t.exposeFloat('timeoutSeconds', { description: 'The time limit of one attempt, in seconds.' }),
    isReplaySafe: t.exposeBoolean('replaySafe', {
      description: 'Whether the step can safely be run again when it is unknown if an earlier attempt was completed.',
    }),
    waitsFor: t.expose('waitsFor', {
      type: StepWaitType,
      nullable: true,
      description: 'What the step is waiting for. Null if it is not waiting.',
    }),
    wakeAt: t.expose('wakeAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it stops waiting. Null if it is not waiting.',
    }),
    output: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The output of the step. Null until it has succeeded.',
      resolve: executions.output,
    }),
    error: t.field({
      type: ExecutionError,
      nullable: true,
      description: 'Why the step, or its latest attempt, failed. Null if it did not.',
      resolve: executions.fault,
    }),
    resolution: t.expose('resolution', {
      type: StepResolutionType,
      nullable: true,
      description: 'How the step ended, as said by `resolveStep`. Null if nobody has resolved it.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the first attempt was started. Null if there was none.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended. Null if it has not ended.',
    }),
  }),
});

export const ExecutionLogEntryType = builder.objectRef<ExecutionLogEntry>('ExecutionLogEntry').implement({
  permission: 'execution:read',
  description: 'An entry in the log of an execution.',
  fields: (t) => ({
    seq: t.exposeInt('seq', {
      description: 'The position of the entry in the log of the execution: 1 for the first entry, without gaps.',
    }),
    step: t.string({ description: 'The name of the step that wrote the entry.', resolve: executions.stepName }),
    attempt: t.exposeInt('attempt', { description: 'The number of the attempt that wrote the entry.' }),
    text: t.exposeString('text', { description: 'The text, at most 8,000 characters.' }),
    loggedAt: t.expose('loggedAt', { type: 'DateTime', description: 'When the entry was written.' }),
  }),
});

export const Execution = builder.node(builder.objectRef<executions.ExecutionShape>('Execution'), {
  permission: 'execution:read',
  description:
    'An execution: one run of a plan. All members of the tenant with the permission execution:read can see it.',
  id: { resolve: ({ id }) => id, description: 'The global id of the execution.' },
  fields: (t) => ({
    status: t.expose('status', { type: ExecutionStatusType, description: 'The status.' }),
    priority: t.exposeInt('priority', {
      description: 'The priority from 1 to 10. Executions with a lower number are started first.',
    }),
    plan: t.field({
      type: 'JSON',
      description:
        'The plan as it was submitted. What looks like a credential in the inputs of its steps is shown as `***`.',
      resolve: executions.plan,
    }),
    progress: t.field({ type: ExecutionProgress, description: 'The progress.', resolve: executions.progress }),
    steps: t.field({
      type: [ExecutionStep],
      description: 'The steps, in the order in which they are run.',
      complexity: { field: 1, multiplier: 10 },
      resolve: executions.steps,
    }),
    log: t.connection(
      {
        type: ExecutionLogEntryType,
        description:
          'The log of the execution: the output of its steps in the order of writing. A page has 50 entries by default and at most 200.',
        complexity: pageCost,
        resolve: executions.log,
      },
      ...pageOf('ExecutionLog', 'the log of an execution'),
    ),
    error: t.field({
      type: ExecutionError,
      nullable: true,
      description: 'Why the execution did not succeed. Null if it did or has not ended.',
      resolve: executions.fault,
    }),
    timeoutSeconds: t.exposeInt('timeoutSeconds', {
      description:
        'The time limit of the execution, in seconds: at least what the longest path of its steps takes with all their attempts. The time in the queue and the time of waiting do not count.',
    }),
    runAt: t.expose('runAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the execution is started at the earliest. Null if it was to be started at once.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the execution ends if it has not been started by then. Null if it does not expire.',
    }),
    submitter: t.field({
      type: User,
      description: 'The user who submitted the execution.',
      resolve: userIn('submitterId'),
    }),
    version: t.exposeInt('version', {
      description: 'The version of the execution, which increases with every change of its status.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the execution was submitted.' }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the status of the execution or of one of its steps last changed.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a worker first started it. Null if none has.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended. Null if it has not ended.',
    }),
    wakeAt: t.expose('wakeAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it stops waiting. Null if it is not waiting.',
    }),
    cancelRequestedAt: t.expose('cancelRequestedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the cancellation was requested. Null if it was not.',
    }),
  }),
});
