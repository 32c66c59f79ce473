import type { Action, Clarification } from '../../domain/chat/proposal.ts';
import { ProposalStatus } from '../../generated/prisma/enums.ts';
import * as chat from '../../resolvers/chat/chat.ts';
import { encodeGlobalId } from '../../shared/global-id.ts';
import { builder } from '../builder.ts';
import { ProposedAction } from './proposed-actions.ts';

const ProposalExplanation = builder.objectRef<chat.ExplanationShape>('ProposalExplanation').implement({
  permission: 'chat:use',
  description: 'The part of a text that a field of the proposal was taken from.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'The name of the field.' }),
    start: t.exposeInt('start', {
      description: 'The position in the text at which the words begin, in UTF-16 code units.',
    }),
    end: t.exposeInt('end', {
      description: 'The position in the text at which the words end (exclusive), in UTF-16 code units.',
    }),
    rule: t.exposeString('rule', { description: 'The rule that interpreted the words.' }),
  }),
});

const ProposalAlternative = builder.objectRef<{ actions: Action[]; reason: string }>('ProposalAlternative').implement({
  permission: 'chat:use',
  description: 'Another possible interpretation of the text.',
  fields: (t) => ({
    actions: t.expose('actions', { type: [ProposedAction], description: 'The actions of this interpretation.' }),
    reason: t.exposeString('reason', { description: 'Why the text can be interpreted in this way.' }),
  }),
});

const ProposalClarification = builder.objectRef<Clarification>('ProposalClarification').implement({
  permission: 'chat:use',
  description: 'A question that must be answered before anything can be done.',
  fields: (t) => ({
    missing: t.exposeString('missing', { description: 'The missing information, such as `title` or `due`.' }),
    question: t.exposeString('question', { description: 'The question to ask the user.' }),
    choices: t.exposeStringList('choices', { description: 'Answers to offer. Empty if there are none.' }),
  }),
});

const EngineType = builder.enumType('ProposalEngine', {
  description: 'The engine that interpreted the text.',
  values: { RULES: { description: 'The built-in rules.' }, MODEL: { description: 'A language model.' } } as const,
});

const ProposalStatusType = builder.enumType(ProposalStatus, {
  name: 'ProposalStatus',
  description: 'The status of a proposal.',
  values: {
    PENDING: { description: 'The proposal waits for `confirmProposal` or `discardProposal`.' },
    EXECUTED: { description: 'The proposal was executed.' },
    DISCARDED: { description: 'The proposal was discarded.' },
    ANSWERED: { description: 'The message was answered. Nothing had to be executed.' },
  },
});

export const Proposal = builder.objectRef<chat.ProposalShape>('Proposal').implement({
  permission: 'chat:use',
  description: 'An interpretation of a text: what would be done, before it is done.',
  fields: (t) => ({
    id: t.id({
      nullable: true,
      description: 'The id of the proposal. Null in the result of `interpret`, which stores nothing.',
      resolve: ({ id }) => id && encodeGlobalId('ChatProposal', id),
    }),
    hash: t.exposeString('hash', {
      description: 'The hash of the content, which must be given to confirm or discard the proposal.',
    }),
    status: t.expose('status', {
      type: ProposalStatusType,
      nullable: true,
      description: 'The status. Null in the result of `interpret`.',
    }),
    changeId: t.exposeID('changeId', {
      nullable: true,
      description:
        'The id of the change in which the proposal was executed; pass it to `undo`. Null if it was not executed.',
    }),
    actions: t.field({
      type: [ProposedAction],
      description: 'The actions that would be executed.',
      resolve: ({ content }) => content.actions,
    }),
    confidence: t.float({
      description: 'The probability that this is what the text means, from 0 to 1.',
      resolve: ({ content }) => content.confidence,
    }),
    engine: t.field({
      type: EngineType,
      description: 'The engine that interpreted the text.',
      resolve: ({ content }) => content.engine,
    }),
    explanation: t.field({
      type: [ProposalExplanation],
      description: 'The parts of the text that the fields were taken from.',
      resolve: chat.explanation,
    }),
    alternatives: t.field({
      type: [ProposalAlternative],
      description: 'Other possible interpretations, the most probable first.',
      resolve: ({ content }) => content.alternatives,
    }),
    unresolved: t.stringList({
      description: 'Words that were not understood.',
      resolve: ({ content }) => content.unresolved,
    }),
    requiresConfirmation: t.boolean({
      description: 'Whether the proposal must be confirmed before it is executed.',
      resolve: ({ content }) => content.requiresConfirmation,
    }),
    clarification: t.field({
      type: ProposalClarification,
      nullable: true,
      description: 'The question that must be answered first. Null if there is none.',
      resolve: ({ content }) => content.clarification,
    }),
  }),
});
