import { authorize } from '../../auth/permissions.ts';
import { Prisma, type SavedFilter } from '../../generated/prisma/client.ts';
import { conflict } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { textOf } from '../../shared/maximum.ts';
import { nameKey } from '../../shared/name-key.ts';
import { validate, visibleText } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change, type Keyed } from '../records/change.ts';
import { deleteRecord } from '../records/delete-records.ts';
import { ownedByUser } from '../records/erasure-rule.ts';
import { insertRecords } from '../records/insert-records.ts';
import { lockRecord } from '../records/lock-records.ts';
import { type KeyedTarget, onRecord } from '../records/on-record.ts';
import { type Reading, readRecord } from '../records/read-records.ts';
import { defineRecords } from '../records/record-kind.ts';
import { saveRecord } from '../records/save-records.ts';

/** A filter or an order as a variable of the API; the caller has validated it. */
type Stored = Prisma.JsonObject;
export type SavedFilterInput = { name?: string | null; filter?: Stored | null; orderBy?: Stored | null };
type Saved = { savedFilter: SavedFilter; changeId: string };

export const nameLength = textOf(100, 'The name');
const nameSchema = visibleText('The name', nameLength, 'The name must have at least one visible character.');
const maxPerMember = 50;

/** Saved filters. */
export const savedFilterRecords = defineRecords<'savedFilter', SavedFilter>({
  kind: 'savedFilter',
  table: 'saved_filter',
  noun: 'saved filter',
  fields: Prisma.SavedFilterScalarFieldEnum,
  fixed: ['userId'],
  seen: (user) => `saved_filter."userId" = ${user}`,
  erasure: ownedByUser('saved_filter'),
});

const lockMember = 'SELECT FROM membership WHERE "tenantId" = $1 AND "userId" = $2 FOR NO KEY UPDATE';
const selectNames = 'SELECT id, name FROM saved_filter WHERE "tenantId" = $1 AND "userId" = $2';

/** Stores a filter of the viewer. @throws AppError `INVALID_INPUT`; `CONFLICT` for a name in use, or after 50. */
export async function createSavedFilter(
  acting: Acting,
  { input, idempotencyKey }: Keyed<SavedFilterInput>,
): Promise<Saved> {
  authorize(acting.viewer, 'filter:write');
  const name = validate(nameSchema, input.name, ['input', 'name']);
  return change(acting, { operation: 'createSavedFilter', input, idempotencyKey }, async (tx) => {
    const { tenantId, userId } = acting.viewer;
    const savedFilter: SavedFilter = {
      ...{ id: newId(), tenantId, userId, name },
      filter: input.filter ?? {},
      orderBy: input.orderBy ?? null,
      version: 1,
      createdAt: tx.now,
      updatedAt: tx.now,
    };
    await requireRoom(tx, savedFilter);
    await insertRecords(tx, savedFilterRecords, [savedFilter]);
    return { savedFilter };
  });
}

/**
 * Updates the given fields; null clears the order. @throws AppError like creating; `NOT_FOUND`, `PRECONDITION_FAILED`.
 */
export async function updateSavedFilter(
  acting: Acting,
  { input, ...target }: KeyedTarget & { input: SavedFilterInput },
): Promise<Saved> {
  authorize(acting.viewer, 'filter:write');
  const name = input.name == null ? null : validate(nameSchema, input.name, ['input', 'name']);
  const call = {
    operation: 'updateSavedFilter',
    input: { ...target, ...input },
    idempotencyKey: target.idempotencyKey,
  };
  return change(acting, call, async (tx) => {
    const before = await lockRecord(tx, savedFilterRecords, acting.viewer, target);
    const changes = {
      name: name ?? before.name,
      filter: input.filter ?? before.filter,
      orderBy: input.orderBy === undefined ? before.orderBy : input.orderBy,
    };
    await requireRoom(tx, { ...before, ...changes });
    return { savedFilter: await saveRecord(tx, savedFilterRecords, before, { event: 'savedFilter.updated', changes }) };
  });
}

/** Deletes a filter of the viewer. @throws AppError `NOT_FOUND`, `PRECONDITION_FAILED`. */
export const deleteSavedFilter = onRecord(
  savedFilterRecords,
  { operation: 'deleteSavedFilter', permission: 'filter:write' },
  async (tx, savedFilter) => {
    await deleteRecord(tx, savedFilterRecords, savedFilter, 'savedFilter.deleted');
    return { savedFilter };
  },
);

/** The viewer's saved filters, ordered by name. */
export async function listSavedFilters({ app, viewer }: Acting): Promise<SavedFilter[]> {
  authorize(viewer, 'task:read');
  const { tenantId, userId } = viewer;
  return app.prisma.savedFilter.findMany({ where: { tenantId, userId }, orderBy: { name: 'asc' }, take: maxPerMember });
}

/** A saved filter of the viewer. @throws AppError `NOT_FOUND`. */
export async function readSavedFilter(reading: Reading, id: string): Promise<SavedFilter> {
  authorize(reading.viewer, 'task:read');
  return readRecord(reading, savedFilterRecords, id);
}

/** Checked while the membership is locked, so that concurrent calls cannot use the same name or exceed the limit. */
async function requireRoom(tx: Change, { id, tenantId, userId, name }: SavedFilter): Promise<void> {
  await tx.write('lock-member-of-filters', lockMember, [tenantId, userId]);
  const known = await tx.query<{ id: string; name: string }>('names-of-filters', selectNames, [tenantId, userId]);
  const others = known.filter((one) => one.id !== id);
  const twin = others.find((one) => nameKey(one.name) === nameKey(name));
  if (twin) throw conflict(`You already have a saved filter with the name "${twin.name}".`);
  if (others.length >= maxPerMember) throw conflict(`A member can have at most ${maxPerMember} saved filters.`);
}
