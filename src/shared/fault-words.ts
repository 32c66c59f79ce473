import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

const forms: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'a time',
  null: 'null',
};

const formats: Record<string, string> = {
  email: 'This is not an e-mail address.',
  url: 'This is not a URL.',
  uuid: 'This is not an id.',
  date: 'This is not a date such as 2026-03-29.',
  datetime: 'This is not a time such as 2026-03-29T09:00:00Z.',
};

/** What is said about a fault whose schema has no words of its own: those of zod name its own concepts. */
export function wordsOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'This is required.';
      return issue.expected in forms ? `This must be ${forms[issue.expected]}.` : 'This has the wrong type.';
    case 'invalid_value':
      return `This must be one of ${issue.values.map(String).join(', ')}.`;
    case 'too_small':
      return bound(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum);
    case 'invalid_format':
      return formats[issue.format] ?? 'This text does not have the required form.';
    case 'unrecognized_keys':
      return 'This field does not exist.';
    default:
      return 'This value is not valid.';
  }
}

const units: Record<string, string> = { string: 'characters', array: 'entries', object: 'fields', record: 'fields' };

function bound(origin: string, relation: string, limit: number | bigint): string {
  const unit = units[origin];
  return unit ? `This must have ${relation} ${limit} ${unit}.` : `This must be ${relation} ${limit}.`;
}
