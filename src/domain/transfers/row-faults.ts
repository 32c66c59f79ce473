import type { AppError } from '../../shared/errors.ts';
import type { Cells, DetailName, FieldName } from './fields.ts';

/** Something wrong with a row: in a field, or in a part of it such as `[2]`. The field is null when the whole row is meant. */
export type CellFault = { field: FieldName | DetailName | null; within?: string; message: string };

/** A fault as it is told. The column has the name that the file gives it, or is the path in an entry of JSON. */
export type RowFault = { column: string | null; message: string };

/** What a file calls the fields of a row; a field that it does not have is absent. */
export type ColumnNames = Partial<Record<FieldName | DetailName, string>>;

export function rowFault({ field, within = '', message }: CellFault, names: ColumnNames): RowFault {
  const name = field && names[field];
  return { column: name == null ? null : name + within, message };
}

const fieldsOfInput: Record<string, FieldName> = { assigneeId: 'assignee', projectId: 'project', parentId: 'parent' };

/** The field that a path of the input of `createTask` stands for. */
export function fieldOfPath(
  [input, ...rest]: readonly PropertyKey[],
  cells: Cells,
): Pick<CellFault, 'field' | 'within'> {
  const field = fieldsOfInput[String(input)] ?? (input as FieldName | DetailName);
  // A list that is one cell of a CSV has no entries that could be named.
  return cells[field] instanceof Object ? { field, within: pathText(rest) } : { field };
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${fieldsOfInput[String(part)] ?? String(part)}`))
    .join('');
}

/** What the domain refuses, as faults of a row. */
export function faultsOf({ fields, message }: AppError, cells: Cells): CellFault[] {
  return (
    fields?.map((fault) => ({ ...fieldOfPath(fault.path, cells), message: fault.message })) ?? [
      { field: null, message },
    ]
  );
}
