import { type ASTNode, GraphQLError, Kind } from 'graphql';
import { z } from 'zod';
import { builder } from './builder.ts';

builder.scalarType('DateTime', {
  description: 'An instant: ISO 8601 with a zone or offset, such as 2026-02-04T10:00:00Z. Answers are in UTC.',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => parseInstant(value),
  parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : null, node),
});

builder.scalarType('Date', {
  description: 'A calendar day: YYYY-MM-DD.',
  serialize: (value) => value.toISOString().slice(0, 10),
  parseValue: (value) => parseDay(value),
  parseLiteral: (node) => parseDay(node.kind === Kind.STRING ? node.value : null, node),
});

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
});

const instant = z.iso.datetime({ offset: true });
const day = z.iso.date();

function parseInstant(value: unknown, nodes?: ASTNode): Date {
  if (!instant.safeParse(value).success) {
    const message = 'A DateTime is an RFC 3339 date and time with an offset, such as "2026-02-04T10:00:00Z".';
    throw new GraphQLError(message, { nodes });
  }
  return new Date(value as string);
}

function parseDay(value: unknown, nodes?: ASTNode): string {
  if (!day.safeParse(value).success) {
    throw new GraphQLError('A Date is a calendar day, such as "2026-02-04".', { nodes });
  }
  return value as string;
}
