import { readFileSync } from 'node:fs';

export type CorpusCase = {
  id: string;
  rule: string;
  dtstart: string;
  tz: string | null;
  after: string | null;
  limit: number;
  expect: string[];
  expect_shift_forward?: string[];
  expect_error?: boolean;
};

/** See test/corpora/recurrence.jsonl: made with python-dateutil, confirmed by a brute-force search. */
export function readCorpus(): CorpusCase[] {
  const text = readFileSync(new URL('../../corpora/recurrence.jsonl', import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as CorpusCase);
}
