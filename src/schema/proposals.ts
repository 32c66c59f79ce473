import type { Action, Clarification } from '../domain/chat/proposal.ts';
import { ProposalStatus } from '../generated/prisma/enums.ts';
import * as chat from '../resolvers/chat.ts';
import { builder } from './builder.ts';
import { ProposedAction } from './proposed-actions.ts';

const ProposalExplanation = builder.objectRef<chat.ExplanationShape>('ProposalExplanation').implement({
  description: 'Which words gave which field, by which rule.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'The field.' }),
    start: t.exposeInt('start', { description: 'Where the words begin, in UTF-16 units.' }),
    end: t.exposeInt('end', { description: 'Where they end.' }),
    rule: t.exposeString('rule', { description: 'The rule that read them.' }),
  }),
});

const ProposalAlternative = builder.objectRef<{ actions: Action[]; reason: string }>('ProposalAlternative').implement({
  description: 'Another defensible reading.',
  fields: (t) => ({
    actions: t.expose('actions', { type: [ProposedAction], description: 'What it would do.' }),
    reason: t.exposeString('reason', { description: 'Why it may be meant.' }),
  }),
});

const ProposalClarification = builder.objectRef<Clarification>('ProposalClarification').implement({
  description: 'What has to be known before anything can be done.',
  fields: (t) => ({
    missing: t.exposeString('missing', { description: 'What is missing, such as title or due.' }),
    question: t.exposeString('question', { description: 'The question to ask.' }),
    choices: t.exposeStringList('choices', { description: 'Answers to offer, possibly none.' }),
  }),
});

const EngineType = builder.enumType('ProposalEngine', {
  description: 'Who read the words.',
  values: { RULES: { description: 'The built-in rules.' }, MODEL: { description: 'A language model.' } } as const,
});

const ProposalStatusType = builder.enumType(ProposalStatus, {
  name: 'ProposalStatus',
  description: 'What became of a proposal.',
  values: {
    PENDING: { description: 'It waits for confirmProposal or discardProposal.' },
    EXECUTED: { description: 'It was done.' },
    DISCARDED: { description: 'It was dropped.' },
    ANSWERED: { description: 'There was nothing to do but to answer.' },
  },
});

export const Proposal = builder.objectRef<chat.ProposalShape>('Proposal').implement({
  description: 'What words mean, before anything is done about it.',
  fields: (t) => ({
    id: t.id({
      nullable: true,
      description: 'Its id; null from interpret, which keeps nothing.',
      resolve: chat.proposalId,
    }),
    hash: t.exposeString('hash', { description: 'What a confirmation must name.' }),
    status: t.expose('status', {
      type: ProposalStatusType,
      nullable: true,
      description: 'What became of it; null from interpret.',
    }),
    changeId: t.exposeID('changeId', { nullable: true, description: 'The change that did it, for undo.' }),
    actions: t.field({
      type: [ProposedAction],
      description: 'What would be done.',
      resolve: ({ content }) => content.actions,
    }),
    confidence: t.float({
      description: '0 to 1: how likely this is what was meant.',
      resolve: ({ content }) => content.confidence,
    }),
    engine: t.field({ type: EngineType, description: 'Who read the words.', resolve: ({ content }) => content.engine }),
    explanation: t.field({
      type: [ProposalExplanation],
      description: 'Where each field came from.',
      resolve: chat.explanation,
    }),
    alternatives: t.field({
      type: [ProposalAlternative],
      description: 'Other readings, best first.',
      resolve: ({ content }) => content.alternatives,
    }),
    unresolved: t.stringList({
      description: 'Words that were not understood.',
      resolve: ({ content }) => content.unresolved,
    }),
    requiresConfirmation: t.boolean({
      description: 'Whether it never runs without being confirmed.',
      resolve: ({ content }) => content.requiresConfirmation,
    }),
    clarification: t.field({
      type: ProposalClarification,
      nullable: true,
      description: 'What has to be asked first.',
      resolve: ({ content }) => content.clarification,
    }),
  }),
});
