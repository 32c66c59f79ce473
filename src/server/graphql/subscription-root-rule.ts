import {
  type ASTVisitFn,
  type ASTVisitor,
  type DirectiveNode,
  GraphQLError,
  type OperationDefinitionNode,
  type SelectionSetNode,
  SingleFieldSubscriptionsRule,
  type ValidationContext,
} from 'graphql';

/**
 * A subscription selects exactly one root field, whatever its variables are, so @skip and @include are not allowed there
 * (GraphQL specification, September 2025, 5.2.4.1). graphql-js 16 accepts them, and fails when the field is left out or
 * the condition is a variable.
 */
export function subscriptionRootRule(context: ValidationContext): ASTVisitor {
  const singleField = SingleFieldSubscriptionsRule(context) as {
    OperationDefinition: ASTVisitFn<OperationDefinitionNode>;
  };
  return {
    OperationDefinition(...visit) {
      const [operation] = visit;
      if (operation.operation !== 'subscription') return;
      const conditions = rootConditions(operation.selectionSet, context);
      for (const node of conditions) {
        const message = `@${node.name.value} is not allowed on the root field of a subscription. To receive nothing, do not subscribe.`;
        context.reportError(new GraphQLError(message, { nodes: node }));
      }
      // The rule evaluates conditions without variables, and throws when one needs a variable.
      if (conditions.length === 0) singleField.OperationDefinition(...visit);
    },
  };
}

/** The @skip and @include on root fields and on the fragments around them. */
function rootConditions(
  { selections }: SelectionSetNode,
  context: ValidationContext,
  spread = new Set<string>(),
): DirectiveNode[] {
  return selections.flatMap((node) => {
    const own = node.directives?.filter(({ name }) => name.value === 'skip' || name.value === 'include') ?? [];
    if (node.kind === 'Field') return own;
    if (node.kind === 'InlineFragment') return [...own, ...rootConditions(node.selectionSet, context, spread)];
    const fragment = spread.has(node.name.value) ? null : context.getFragment(node.name.value);
    spread.add(node.name.value);
    return fragment ? [...own, ...rootConditions(fragment.selectionSet, context, spread)] : own;
  });
}
