import type { Transfer } from '../../generated/prisma/client.ts';
import { excerpt } from '../../shared/validate.ts';
import type { Change } from '../records/change.ts';
import type { FileRow } from './read-file.ts';
import { type CellFault, rowFault } from './row-faults.ts';

/** So many refused rows are told one by one; all are counted. */
const keptErrors = 1_000;
/** What is told of a row may quote it. */
const maxMessageLength = 300;

/** A row that was not imported, and why. */
export type Refused = { row: FileRow; faults: readonly CellFault[] };

const insertErrors = `
  INSERT INTO transfer_row_error ("tenantId", "transferId", position, line, faults)
  SELECT $1, $2, $3::int + n, line, faults
  FROM unnest($4::int[], $5::jsonb[]) WITH ORDINALITY AS e(line, faults, n) WHERE $3::int + n <= ${keptErrors}`;

/** Keeps what was refused in a step, for `rowErrors`. */
export async function keepErrors(
  tx: Change,
  { tenantId, id, failed }: Transfer,
  refused: readonly Refused[],
): Promise<void> {
  if (refused.length === 0) return;
  await tx.query('keep-row-errors', insertErrors, [
    tenantId,
    id,
    failed,
    refused.map(({ row }) => row.line),
    refused.map((one) => JSON.stringify(told(one))),
  ]);
}

function told({ row, faults }: Refused) {
  const names = 'names' in row ? row.names : {};
  return faults.map((fault) => {
    const { column, message } = rowFault(fault, names);
    return { column, message: excerpt(message, maxMessageLength) };
  });
}
