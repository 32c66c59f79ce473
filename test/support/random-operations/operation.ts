import {
  GraphQLBoolean,
  GraphQLNonNull,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLString,
  type OperationTypeNode,
} from 'graphql';
import type { Choose } from './choose.ts';
import { createSelections } from './selections.ts';
import { createValues, type SampleScalar } from './values.ts';
import { createVariables, type Place } from './variables.ts';

export type RandomOperation = {
  kind: 'query' | 'mutation' | 'subscription';
  query: string;
  operationName: string;
  variables: Record<string, unknown>;
  /** Whether a variable is null where null is not allowed. */
  hasForbiddenNull: boolean;
};

type Options = {
  schema: GraphQLSchema;
  choose: Choose;
  sample: SampleScalar;
  /** Levels of fields below a root field. */
  depth?: number;
};

/** An operation over the whole schema. Most are valid; some select what cannot be merged. */
export function randomOperation({ schema, choose, sample, depth = 4 }: Options): RandomOperation {
  const kind = kindOf(choose.below(100));
  const root = schema.getRootType(kind as OperationTypeNode) as GraphQLObjectType;
  const values = createValues(choose, sample);
  const variables = createVariables(choose, values);
  const value = (place: Place) => values.withVariables(place, variables.use);
  const selections = createSelections({ schema, choose, value });
  const rootHead = () => selections.headOf(choose.pick(Object.values(root.getFields())));
  const rootField = () => selections.withSelection(rootHead(), depth);

  function rootFields(): string {
    // A subscription has one, without conditions.
    if (kind === 'subscription') return selections.withSelection(rootHead(), depth, '');
    if (kind === 'query' && choose.percent(6)) return introspection(value);
    const fields = Array.from({ length: 1 + choose.below(3) }, rootField);
    return choose.percent(10) ? `${fields.join(' ')} ... on ${root.name} { ${rootField()} }` : fields.join(' ');
  }

  const body = rootFields();
  const declared = variables.all.map((one) => `$${one.name}: ${one.type}${one.default ? ` = ${one.default}` : ''}`);
  const definitions = [
    `${kind} Main${declared.length ? `(${declared.join(', ')})` : ''} { ${body} }`,
    ...selections.fragments.map(({ text }) => text),
    ...(choose.percent(6) ? ['query Another { __typename }'] : []),
  ];
  const given = variables.all.filter((one) => one.value !== undefined);
  return {
    kind,
    query: definitions.join('\n'),
    operationName: 'Main',
    variables: Object.fromEntries(given.map((one) => [one.name, one.value])),
    hasForbiddenNull: variables.hasForbiddenNull(),
  };
}

function kindOf(dice: number): RandomOperation['kind'] {
  if (dice < 55) return 'query';
  return dice < 90 ? 'mutation' : 'subscription';
}

function introspection(value: (place: Place) => string): string {
  const name = value({ name: 'typeName', type: new GraphQLNonNull(GraphQLString) });
  const includeDeprecated = value({ name: 'if', type: GraphQLBoolean });
  const fields = `fields(includeDeprecated: ${includeDeprecated}) { name args { name defaultValue type { name } } }`;
  return `__type(name: ${name}) { name kind ${fields} enumValues { name } } __schema { queryType { name } }`;
}
