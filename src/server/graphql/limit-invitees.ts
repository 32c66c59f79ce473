import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { AppError } from '../../shared/errors.ts';
import { beforeExecution, type OperationArgs } from './before-execution.ts';
import type { OperationContext } from './operation-context.ts';

/** The code of an invitation permits only `acceptInvite`, and not even operations that need no permission. */
export function limitInvitees(): Plugin {
  return beforeExecution((args) => {
    const { viewer } = args.contextValue as OperationContext;
    if (viewer.invitationId === null || isAcceptance(args)) return;
    throw new AppError('FORBIDDEN', 'The code of an invitation can be used only for acceptInvite.');
  });
}

function isAcceptance({ document, operationName }: OperationArgs): boolean {
  const fields = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  return fields.length === 1 && fields.every((field) => field.kind === 'Field' && field.name.value === 'acceptInvite');
}
