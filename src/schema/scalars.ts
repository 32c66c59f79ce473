import { type ASTNode, GraphQLError, Kind } from 'graphql';
import type { z } from 'zod';
import { daySchema, firstDay, instantTextSchema, lastDay } from '../shared/date-range.ts';
import { parsedBy } from '../shared/validate.ts';
import { builder } from './builder.ts';

builder.scalarType('DateTime', {
  description: `A date and time with a UTC offset (RFC 3339), such as \`2026-02-04T10:00:00Z\` or \`2026-02-04T11:00:00+01:00\`, from ${firstDay} to ${lastDay} in UTC. Responses are in UTC, with milliseconds.`,
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => parseInstant(value),
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : null, node),
});

builder.scalarType('Date', {
  description: `A calendar day without a time zone, as \`YYYY-MM-DD\`, from ${firstDay} to ${lastDay}.`,
  specifiedByURL: 'https://scalars.graphql.org/andimarek/local-date.html',
  serialize: (value) => value.toISOString().slice(0, 10),
  parseValue: (value) => parseDay(value),
  parseLiteral: (node) => parseDay(node.kind === Kind.STRING ? node.value : null, node),
});

builder.scalarType('JSON', {
  description: 'Any JSON value: an object, an array, a string, a number, a boolean or null.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  serialize: (value) => value,
});

function parseInstant(value: unknown, nodes?: ASTNode): Date {
  return parse(instantTextSchema, value, nodes);
}

function parseDay(value: unknown, nodes?: ASTNode): string {
  return parse(daySchema, value, nodes);
}

function parse<T>(schema: z.ZodType<T>, value: unknown, nodes: ASTNode | undefined): T {
  const parsed = parsedBy(schema, value);
  if ('data' in parsed) return parsed.data;
  throw new GraphQLError(parsed.faults[0]?.message ?? 'This is not a date.', { nodes });
}
