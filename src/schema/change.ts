import type { ShapeFromTypeParam, TypeParam } from '@pothos/core';
import { keyLength } from '../domain/records/idempotency.ts';
import { builder, capitalized, type Fields, type InputFields, type Types } from './builder.ts';

/** The fields of every mutation payload. */
const ChangePayload = builder.interfaceRef<{ changeId: string }>('ChangePayload').implement({
  permission: null,
  description: 'The payload of a mutation.',
  fields: (t) => ({
    changeId: t.exposeID('changeId', {
      description: 'The id of the change. Pass it to `undo`, or filter events by it.',
    }),
  }),
});

/** What a payload has: each from the property of the result that has its name. */
export type Parts = Record<string, { type: TypeParam<Types>; description: string; nullable?: true }>;
type Changed<P extends Parts> = { changeId: string } & {
  [Name in keyof P]: ShapeFromTypeParam<Types, P[Name]['type'], P[Name] extends { nullable: true } ? true : false>;
};

/** The payload of a mutation, with what it changed. `fields` adds what is not read from the result as it is. */
export function payload<P extends Parts, More = unknown>(
  operation: string,
  parts: P,
  {
    description = `The result of ${operation}.`,
    fields,
  }: { description?: string; fields?: Fields<Changed<P> & More> } = {},
) {
  return builder.objectRef<Changed<P> & More>(`${capitalized(operation)}Payload`).implement({
    // Who may make the change may know that it was made. What was changed has permissions of its own.
    permission: null,
    description,
    interfaces: [ChangePayload],
    fields: (t) => ({
      ...Object.fromEntries(
        Object.entries(parts).map(([name, part]) => [name, t.expose(name as never, part as never)]),
      ),
      ...fields?.(t),
    }),
  });
}

/** The argument of every mutation. */
export const idempotencyKey = builder.args((t) => ({
  idempotencyKey: t.string({
    maxLength: keyLength,
    description:
      'A key of your choice that identifies this call, at most 200 characters. For 24 hours, repeating the call with the same key and input returns the first result without making the change again. The same key with other input is a CONFLICT.',
  }),
}));

const mustHave = (noun: string) =>
  `The version that the ${noun} must have. If it has another version, nothing is changed and the operation fails with PRECONDITION_FAILED.`;

/** The field of an input that changes one object with a version. */
export function versionOf(t: InputFields, noun: string) {
  return { expectedVersion: t.int({ description: mustHave(noun) }) };
}

/** The arguments of a mutation that changes one object with a version. */
export const expectedVersion = builder.args((t) => ({ expectedVersion: t.int({ description: mustHave('object') }) }));
