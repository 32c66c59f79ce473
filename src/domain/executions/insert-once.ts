import type { Viewer } from '../../auth/viewer.ts';
import type { Execution } from '../../generated/prisma/client.ts';
import { AppError } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import { recordEvent } from '../records/record-event.ts';
import { insertExecutions, type NewExecution } from './insert-executions.ts';
import { executionRecords } from './rows.ts';
import { executionEvents } from './state.ts';

/** The execution that answers a submission: it was made, or it is an earlier one of the same plan. */
export type Answer = { id: string; made: Execution | null };

/** A duplicate that ends while we look at it makes place for ours; it cannot happen often in a row. */
const maxTries = 5;

/**
 * Inserts executions with their events, unless earlier ones answer for them. The unique key decides among concurrent
 * duplicates, also among those of one call: one is inserted, the others wait for it and find its row.
 * @returns the answers in the order of the submissions. @throws AppError `UNAVAILABLE`.
 */
export async function insertOnce(tx: Change, viewer: Viewer, all: readonly NewExecution[]): Promise<Answer[]> {
  const answers = new Map<NewExecution, Answer>();
  for (let tries = 0; tries < maxTries; tries += 1) {
    const open = all.filter((one) => !answers.has(one));
    const made = new Map((await insertExecutions(tx, viewer, open)).map((row) => [row.id, row]));
    for (const one of open) {
      const row = made.get(one.id);
      if (row) answers.set(one, { id: row.id, made: row });
    }
    const refused = open.filter((one) => !answers.has(one));
    if (refused.length === 0) break;
    const earlier = await takeEarlier(tx, viewer, refused);
    for (const one of refused) {
      const id = earlier.get(one.key ?? '');
      if (id) answers.set(one, { id, made: null });
    }
  }
  return all.map((one) => {
    const answer = answers.get(one);
    if (!answer) throw tooMany();
    if (answer.made) record(tx, answer.made);
    return answer;
  });
}

type Earlier = { id: string; key: string; isAnswer: boolean };

/** The executions that answer for these keys. One that does so no more gives its key up. */
async function takeEarlier(
  tx: Change,
  { tenantId }: Viewer,
  refused: readonly NewExecution[],
): Promise<Map<string, string>> {
  const keys = refused.map(({ key }) => key);
  const found = await tx.query<Earlier>('find-duplicates', findDuplicates, [tenantId, keys]);
  const retired = found.filter(({ isAnswer }) => !isAnswer);
  if (retired.length > 0) {
    const ids = retired.map(({ id }) => id);
    await tx.write('retire-duplicates', retireDuplicates, [ids, retired.map(({ key }) => key)]);
  }
  return new Map(found.flatMap(({ id, key, isAnswer }) => (isAnswer ? [[key, id] as const] : [])));
}

/** A failed one has given its key up; a success answers for 24 hours. */
const findDuplicates = `
  SELECT id, "deduplicationKey" AS key,
    "finishedAt" IS NULL OR "finishedAt" > clock_timestamp() - interval '24 hours' AS "isAnswer"
  FROM execution WHERE "tenantId" = $1 AND "deduplicationKey" = ANY($2::text[])`;

const retireDuplicates = `
  UPDATE execution SET "deduplicationKey" = NULL
  FROM unnest($1::uuid[], $2::text[]) AS retired(id, key)
  WHERE execution.id = retired.id AND execution."deduplicationKey" = retired.key`;

function record(tx: Change, made: Execution): void {
  recordEvent(tx, executionRecords, { event: executionEvents[made.status], before: null, after: made });
}

function tooMany(): AppError {
  return new AppError('UNAVAILABLE', 'The same plan is being submitted by too many calls at the same time. Try again.');
}
