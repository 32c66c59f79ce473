import { builder } from './builder.ts';

/** What every mutation's payload has. */
export const ChangePayload = builder.interfaceRef<{ changeId: string }>('ChangePayload').implement({
  description: 'The result of a change.',
  fields: (t) => ({
    changeId: t.exposeID('changeId', { description: 'Names this change: give it to undo, or find its events by it.' }),
  }),
});

/** The argument that every mutation has. */
export const idempotencyKey = builder.args((t) => ({
  idempotencyKey: t.string({
    description:
      'A name of your own for this call, at most 200 characters. For 24 hours the same key and input are answered by the first result; other input with it is a CONFLICT.',
  }),
}));

/** The arguments of a change to one object that is at a version. */
export const expectedVersion = builder.args((t) => ({
  expectedVersion: t.int({ description: 'Refuse with PRECONDITION_FAILED unless the object is at this version.' }),
}));
