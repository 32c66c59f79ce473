import { type Erasure, Prisma } from '../../generated/prisma/client.ts';
import { defineRecords } from '../records/record-kind.ts';

/** Erasures of former members. They hold nothing personal but whom they are of. */
export const erasureRecords = defineRecords<'erasure', Erasure>({
  kind: 'erasure',
  table: 'erasure',
  noun: 'erasure',
  fields: Prisma.ErasureScalarFieldEnum,
  key: ['tenantId', 'userId'],
  created: 'erasure.started',
  seen: () => 'true',
  erasure: 'KEPT',
});
