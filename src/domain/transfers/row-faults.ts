import type { AppError } from '../../shared/errors.ts';
import type { Cells, DetailName, FieldName } from './fields.ts';

/** A fault in a row: in a field, or in a part of it such as `[2]`. The field is null for a fault of the whole row. */
export type CellFault = { field: FieldName | DetailName | null; within?: string; message: string };

/** The maximum number of listed faults of a row. */
export const keptFaults = 5;

/** A fault in the API. The column is named as in the file, or is the path in a JSON entry. */
export type RowFault = { column: string | null; message: string };

/** The names of the fields in a file; missing fields are absent. */
export type ColumnNames = Partial<Record<FieldName | DetailName, string>>;

export function rowFault({ field, within = '', message }: CellFault, names: ColumnNames): RowFault {
  const name = field && names[field];
  return { column: name == null ? null : name + within, message };
}

const fieldsOfInput: Record<string, FieldName> = { assigneeId: 'assignee', projectId: 'project', parentId: 'parent' };

/** The field of a path in the input of `createTask`. */
export function fieldOfPath(
  [input, ...rest]: readonly PropertyKey[],
  cells: Cells,
): Pick<CellFault, 'field' | 'within'> {
  const field = fieldsOfInput[String(input)] ?? (input as FieldName | DetailName);
  // A list in one CSV cell has no separate paths for its entries.
  return cells[field] instanceof Object ? { field, within: pathText(rest) } : { field };
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${fieldsOfInput[String(part)] ?? String(part)}`))
    .join('');
}

/** Converts errors of the domain to faults of a row. */
export function faultsOf({ fields, message }: AppError, cells: Cells): CellFault[] {
  return (
    fields?.map((fault) => ({ ...fieldOfPath(fault.path, cells), message: fault.message })) ?? [
      { field: null, message },
    ]
  );
}
