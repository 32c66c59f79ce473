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

export type TransferState = {
  status: string;
  total: number | null;
  done: number;
  failed: number;
  code: string | null;
  message: string | null;
};

const startImport = `mutation ($format: TransferFormat!) {
  startImport(input: { format: $format }) { transfer { id contentPath } }
}`;

type Started = { startImport: { transfer: { id: string; contentPath: string } } };

/** Starts an import as a client does: a mutation, and the upload of the file. @returns its id. */
export async function sendImport({ url, caller, format, content, headers }: HttpImport): Promise<string> {
  const { data, errors } = await callApi(url, caller.token, startImport, { format });
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

/** Imports a file, and waits for the end. */
export async function importByHttp(db: pg.Pool, file: HttpImport): Promise<TransferState> {
  return endOf(db, await sendImport(file));
}

const startExport = `mutation ($format: TransferFormat!) {
  startExport(input: { format: $format }) { transfer { id contentPath } }
}`;

type HttpExport = Pick<HttpImport, 'url' | 'caller' | 'format'>;

/** Exports all tasks that the caller sees, and waits for the end. @returns it with the path of the file. */
export async function exportByHttp(db: pg.Pool, { url, caller, format }: HttpExport) {
  const { data, errors } = await callApi(url, caller.token, startExport, { format });
  if (!data) throw new Error(JSON.stringify(errors));
  const { id, contentPath } = (data as { startExport: Started['startImport'] }).startExport.transfer;
  return { ...(await endOf(db, id)), contentPath };
}

const selectState = `SELECT status, total, done, failed, "errorCode" AS code, "errorMessage" AS message
  FROM transfer WHERE id = $1 AND "finishedAt" IS NOT NULL`;

/** The end of a transfer as the database has it: reading it is no load on the server. */
async function endOf(db: pg.Pool, id: string): Promise<TransferState> {
  const ended = async () => (await db.query<TransferState>(selectState, [decodeGlobalId('Transfer', id, [])])).rows[0];
  return until(ended, { what: 'the end of the transfer' });
}
