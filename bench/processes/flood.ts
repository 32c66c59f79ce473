import { createPool } from '../../src/infra/postgres/client.ts';
import { answerQuestions } from '../harness/answer.ts';
import { type Counts, type Flooding, type FloodName, floods, type Site } from '../harness/floods.ts';

export type FloodQuestion =
  | ({ kind: 'prepare'; name: FloodName } & Omit<Site, 'db'>)
  /** Begins to flood. */
  | { kind: 'begin' }
  /** Ends it, and waits for what is under way. */
  | { kind: 'end' };

const { DATABASE_URL: url = '' } = process.env;
const db = createPool({ url, directUrl: url, poolSize: 2 }, { name: 'bench flood' });

let flood: Flooding | null = null;
let end = new AbortController();
let ended: Promise<Counts> = Promise.resolve({ answered: 0, refused: 0 });

answerQuestions(
  async (question: FloodQuestion): Promise<Counts | null> => {
    switch (question.kind) {
      case 'prepare':
        flood = await floods[question.name]({ ...question, db });
        return null;
      case 'begin':
        end = new AbortController();
        ended = flood?.(end.signal) ?? ended;
        return null;
      case 'end':
        end.abort();
        return ended;
    }
  },
  () => db.end(),
);
