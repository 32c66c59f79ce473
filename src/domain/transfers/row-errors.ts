import type { Transfer } from '../../generated/prisma/client.ts';
import { excerpt } from '../../shared/validate.ts';
import type { Change } from '../records/change.ts';
import type { FileRow } from './read-file.ts';
import { type CellFault, keptFaults, type RowFault, rowFault } from './row-faults.ts';

/** The maximum number of stored refused rows; all are counted. */
const keptErrors = 1_000;
/** A message or a path may quote the row. */
const maxMessageLength = 300;
const maxColumnLength = 100;

/** A refused row and its faults. */
export type Refused = { row: FileRow; faults: readonly CellFault[] };

const insertErrors = `
  INSERT INTO transfer_row_error ("tenantId", "transferId", position, line, faults)
  SELECT $1, $2, $3::int + n, line, faults
  FROM unnest($4::int[], $5::jsonb[]) WITH ORDINALITY AS e(line, faults, n) WHERE $3::int + n <= ${keptErrors}`;

/** Stores the refused rows of a step for `rowErrors`. */
export async function keepErrors(
  tx: Change,
  { tenantId, id, failed }: Transfer,
  refused: readonly Refused[],
): Promise<void> {
  if (refused.length === 0) return;
  await tx.write('keep-row-errors', insertErrors, [
    tenantId,
    id,
    failed,
    refused.map(({ row }) => row.line),
    refused.map((one) => JSON.stringify(told(one))),
  ]);
}

function told({ row, faults }: Refused): RowFault[] {
  const names = 'names' in row ? row.names : {};
  const kept = faults.slice(0, keptFaults).map((fault) => {
    const { column, message } = rowFault(fault, names);
    return { column: column && excerpt(column, maxColumnLength), message: excerpt(message, maxMessageLength) };
  });
  return faults.length > keptFaults ? [...kept, { column: null, message: 'The row has more faults.' }] : kept;
}
