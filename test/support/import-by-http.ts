import type pg from 'pg';
import { decodeGlobalId } from '../../src/shared/global-id.ts';
import { callApi } from './api.ts';
import type { Caller } from './person.ts';
import { until } from './until.ts';

/** A file, and the server that it is sent to. */
export type HttpImport = {
  url: string;
  caller: Caller;
  format: 'CSV' | 'JSON';
  content: string | Buffer;
  headers?: Record<string, string>;
};

export type ImportState = {
  status: string;
  total: number | null;
  done: number;
  failed: number;
  code: string | null;
  message: string | null;
};

const start = `mutation ($format: TransferFormat!) {
  startImport(input: { format: $format }) { transfer { id contentPath } }
}`;

type Started = { startImport: { transfer: { id: string; contentPath: string } } };

/** Starts an import as a client does: a mutation, and the upload of the file. @returns its id. */
export async function sendImport({ url, caller, format, content, headers }: HttpImport): Promise<string> {
  const { data, errors } = await callApi(url, caller.token, start, { format });
  if (!data) throw new Error(JSON.stringify(errors));
  const { id, contentPath } = (data as Started).startImport.transfer;
  const authorization = `Bearer ${caller.token}`;
  const response = await fetch(url + contentPath, {
    method: 'PUT',
    body: content as BodyInit,
    headers: { authorization, ...headers },
  });
  if (response.status !== 202) throw new Error(await response.text());
  return id;
}

/** The state of an import as the database has it: reading it is no load on the server. */
export async function readImport(db: pg.Pool, id: string): Promise<ImportState> {
  const { rows } = await db.query<ImportState>(
    `SELECT status, total, done, failed, "errorCode" AS code, "errorMessage" AS message FROM transfer WHERE id = $1`,
    [decodeGlobalId('Transfer', id, [])],
  );
  return rows[0] as ImportState;
}

/** Imports a file, and waits for the end. */
export async function importByHttp(db: pg.Pool, file: HttpImport): Promise<ImportState> {
  const id = await sendImport(file);
  const ended = async () => {
    const state = await readImport(db, id);
    return ['SUCCEEDED', 'FAILED'].includes(state.status) ? state : null;
  };
  return until(ended, { what: 'the end of the import' });
}
