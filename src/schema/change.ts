import { builder } from './builder.ts';

/** The fields of every mutation payload. */
export const ChangePayload = builder.interfaceRef<{ changeId: string }>('ChangePayload').implement({
  description: 'The payload of a mutation.',
  fields: (t) => ({
    changeId: t.exposeID('changeId', {
      description: 'The id of the change. Pass it to `undo`, or filter events by it.',
    }),
  }),
});

/** The argument of every mutation. */
export const idempotencyKey = builder.args((t) => ({
  idempotencyKey: t.string({
    description:
      'A key of your choice that identifies this call, at most 200 characters. For 24 hours, repeating the call with the same key and input returns the first result without making the change again. The same key with other input is a CONFLICT.',
  }),
}));

/** The arguments of a mutation that changes one object with a version. */
export const expectedVersion = builder.args((t) => ({
  expectedVersion: t.int({
    description:
      'The version that the object must have. If it has another version, nothing is changed and the operation fails with PRECONDITION_FAILED.',
  }),
}));
