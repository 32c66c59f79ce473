import { type DocumentNode, GraphQLError, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { AppError } from '../../shared/errors.ts';
import type { OperationContext } from './operation-context.ts';

type OperationArgs = { document: DocumentNode; operationName?: string | null; contextValue?: unknown };
type Stop = (result: { errors: GraphQLError[] }) => void;

/** The code of an invitation permits only `acceptInvite`, and not even operations that need no permission. */
export function limitInvitees(): Plugin {
  const check = (args: OperationArgs, stop: Stop) => {
    const { viewer } = args.contextValue as OperationContext;
    if (viewer.invitationId === null || isAcceptance(args)) return;
    const refused = new AppError('FORBIDDEN', 'The code of an invitation can be used only for acceptInvite.');
    stop({ errors: [new GraphQLError(refused.message, { originalError: refused })] });
  };
  return {
    onExecute: ({ args, setResultAndStopExecution }) => check(args, setResultAndStopExecution),
    onSubscribe: ({ args, setResultAndStopExecution }) => check(args, setResultAndStopExecution),
  };
}

function isAcceptance({ document, operationName }: OperationArgs): boolean {
  const fields = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  return fields.length === 1 && fields.every((field) => field.kind === 'Field' && field.name.value === 'acceptInvite');
}
