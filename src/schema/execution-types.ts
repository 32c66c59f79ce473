import type { ExecutionLogEntry } from '../generated/prisma/client.ts';
import { ExecutionStatus, StepStatus, StepWait } from '../generated/prisma/enums.ts';
import * as executions from '../resolvers/executions.ts';
import { builder } from './builder.ts';
import { User } from './users.ts';

export const ExecutionStatusType = builder.enumType(ExecutionStatus, {
  name: 'ExecutionStatus',
  description: 'How far an execution is. The last five are final.',
  values: {
    QUEUED: { description: 'It waits for a worker.' },
    RUNNING: { description: 'A worker runs it.' },
    WAITING: { description: 'It lets time pass; no worker is held.' },
    SUCCEEDED: { description: 'No step failed.' },
    FAILED: { description: 'A step failed and none succeeded, or it was not allowed any more.' },
    PARTIAL: { description: 'A step failed, others succeeded.' },
    CANCELLED: { description: 'It was cancelled.' },
    TIMED_OUT: { description: 'It, or a step of it, ran longer than its limit.' },
  },
});

const StepStatusType = builder.enumType(StepStatus, {
  name: 'StepStatus',
  description: 'How far a step is. The last five are final.',
  values: {
    QUEUED: { description: 'It is to be run.' },
    RUNNING: { description: 'It runs.' },
    WAITING: { description: 'It waits for its time, or for another attempt.' },
    SUCCEEDED: { description: 'It did what it should.' },
    FAILED: { description: 'It did not; see its error.' },
    SKIPPED: { description: 'It was not run: a step before it did not succeed, or the execution ended.' },
    CANCELLED: { description: 'It was stopped, since the execution was cancelled.' },
    TIMED_OUT: { description: 'It was stopped, since it ran longer than its limit.' },
  },
});

const StepWaitType = builder.enumType(StepWait, {
  name: 'StepWait',
  description: 'What a waiting step waits for.',
  values: {
    TIMER: { description: 'The time that it was told to wait.' },
    RETRY: { description: 'Another attempt, after a failed one.' },
  },
});

const ExecutionError = builder.objectRef<executions.FaultShape>('ExecutionError').implement({
  description: 'Why an execution or a step ended as it did.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description:
        'For programs: STEP_FAILED, TIMED_OUT, FORBIDDEN, HTTP_STATUS, HTTP_UNREACHABLE, HTTP_ADDRESS_REFUSED, VALIDATION_FAILED, OUTCOME_UNKNOWN (a worker was lost; whether the step was done is for a person to find out), WORKER_LOST or INTERNAL.',
    }),
    message: t.exposeString('message', { description: 'For people.' }),
  }),
});

export const ExecutionProgress = builder.objectRef<executions.ProgressShape>('ExecutionProgress').implement({
  description: 'How much of an execution is done.',
  fields: (t) => ({
    finished: t.exposeInt('finished', { description: 'Steps that have ended, however.' }),
    total: t.exposeInt('total', { description: 'All steps.' }),
    percent: t.int({ description: 'The one of the other.', resolve: executions.percent }),
    currentStep: t.exposeString('currentStep', { nullable: true, description: 'The step that runs or waits.' }),
  }),
});

export const ExecutionStep = builder.node(builder.objectRef<executions.StepShape>('ExecutionStep'), {
  description: 'One step of an execution.',
  id: { resolve: ({ id }) => id, description: 'The global id of the step.' },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name in the plan.' }),
    type: t.exposeString('type', { description: 'Its step type.' }),
    status: t.expose('status', { type: StepStatusType, description: 'How far it is.' }),
    dependsOn: t.exposeStringList('dependsOn', { description: 'The steps that must have succeeded before it.' }),
    attempt: t.exposeInt('attempt', { description: 'How often it was begun.' }),
    maxAttempts: t.exposeInt('maxAttempts', { description: 'How often it is begun at most.' }),
    timeoutSeconds: t.exposeFloat('timeoutSeconds', { description: 'How long an attempt may take.' }),
    isReplaySafe: t.exposeBoolean('replaySafe', {
      description: 'Whether it may be run again when nobody knows if it has run.',
    }),
    waitsFor: t.expose('waitsFor', { type: StepWaitType, nullable: true, description: 'What it waits for.' }),
    wakeAt: t.expose('wakeAt', { type: 'DateTime', nullable: true, description: 'Until when it waits.' }),
    output: t.field({
      type: 'JSON',
      nullable: true,
      description: 'What it put out, once it has succeeded.',
      resolve: executions.output,
    }),
    error: t.field({
      type: ExecutionError,
      nullable: true,
      description: 'Why it failed, also the last time.',
      resolve: executions.fault,
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true, description: 'When it was first begun.' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
  }),
});

export const ExecutionLogEntryType = builder.objectRef<ExecutionLogEntry>('ExecutionLogEntry').implement({
  description: 'A piece of what a step wrote.',
  fields: (t) => ({
    seq: t.exposeInt('seq', { description: 'Its place in the execution’s log, from 1, without gaps.' }),
    step: t.string({ description: 'The step that wrote it.', resolve: executions.stepName }),
    attempt: t.exposeInt('attempt', { description: 'In which attempt.' }),
    text: t.exposeString('text', { description: 'The text, at most 8,000 characters.' }),
    loggedAt: t.expose('loggedAt', { type: 'DateTime', description: 'When it was written.' }),
  }),
});

export const Execution = builder.node(builder.objectRef<executions.ExecutionShape>('Execution'), {
  description: 'One run of a plan. It is seen by those in the tenant who have execution:read.',
  id: { resolve: ({ id }) => id, description: 'Its id.' },
  fields: (t) => ({
    status: t.expose('status', { type: ExecutionStatusType, description: 'How far it is.' }),
    priority: t.exposeInt('priority', { description: 'From 1, taken first, to 10.' }),
    plan: t.field({ type: 'JSON', description: 'The plan as it was submitted.', resolve: executions.plan }),
    progress: t.field({ type: ExecutionProgress, description: 'How much is done.', resolve: executions.progress }),
    steps: t.field({
      type: [ExecutionStep],
      description: 'Its steps, in the order of running.',
      complexity: { field: 1, multiplier: 10 },
      resolve: executions.steps,
    }),
    log: t.connection(
      {
        type: ExecutionLogEntryType,
        description: 'What the steps wrote, in order. Pages of 50, at most 200.',
        complexity: ({ first, last }) => ({ field: 1, multiplier: first ?? last ?? 50 }),
        resolve: executions.log,
      },
      { name: 'ExecutionLogConnection', description: 'A page of a log.' },
      { name: 'ExecutionLogEdge', description: 'An entry in a page.' },
    ),
    error: t.field({
      type: ExecutionError,
      nullable: true,
      description: 'Why it ended as it did, when that is no success.',
      resolve: executions.fault,
    }),
    timeoutSeconds: t.exposeInt('timeoutSeconds', {
      description: 'How long it may run; waiting and being queued do not count.',
    }),
    submitter: t.field({ type: User, description: 'Who submitted it.', resolve: executions.submitter }),
    version: t.exposeInt('version', { description: 'Rises with every change of its status.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was submitted.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it or a step of it last moved.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true, description: 'When it was first taken up.' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
    wakeAt: t.expose('wakeAt', { type: 'DateTime', nullable: true, description: 'Until when it waits.' }),
    cancelRequestedAt: t.expose('cancelRequestedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its cancellation was asked for.',
    }),
  }),
});
