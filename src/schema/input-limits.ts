import SchemaBuilder, {
  BasePlugin,
  type FieldRequiredness,
  type InputType,
  type PothosInputFieldConfig,
  type PothosInputFieldType,
  type SchemaTypes,
} from '@pothos/core';
import type { GraphQLArgument, GraphQLInputField } from 'graphql';
import type { Maximum } from '../shared/maximum.ts';

/** The limits of an argument or a field of an input. Null if its values are neither texts nor lists. */
export type InputLimits = { length: Maximum | null; items: Maximum | null };

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      inputLimits: InputLimitsPlugin<Types>;
    }
    export interface InputFieldOptions<
      Types extends SchemaTypes = SchemaTypes,
      Type extends InputType<Types> | [InputType<Types>] = InputType<Types> | [InputType<Types>],
      Req extends FieldRequiredness<Type> = FieldRequiredness<Type>,
    > {
      /** The maximum length of a text, or of JSON as a text. By default 1,000 characters; JSON has no default. */
      maxLength?: Maximum;
      /** The maximum number of entries of a list, by default 100. */
      maxItems?: Maximum;
    }
  }
}

const shortText: Maximum = { max: 200, message: 'This value can have at most 200 characters.' };
const text: Maximum = { max: 1_000, message: 'This text can have at most 1,000 characters.' };
const list: Maximum = { max: 100, message: 'This list can have at most 100 entries.' };

/** The default length of each scalar's texts. */
const lengths: Record<string, Maximum | null> = {
  ...{ String: text, ID: shortText, Date: shortText, DateTime: shortText },
  ...{ Int: null, Float: null, Boolean: null },
};

/** Gives every argument and every field of an input its limits, which src/server checks before an operation runs. */
class InputLimitsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onInputFieldConfig(field: PothosInputFieldConfig<Types>): PothosInputFieldConfig<Types> {
    return { ...field, extensions: { ...field.extensions, limits: this.#limits(field) } };
  }

  #limits({ type, pothosOptions, parentType, name }: PothosInputFieldConfig<Types>): InputLimits {
    const { maxLength, maxItems } = pothosOptions;
    const length = maxLength ?? this.#defaultLength(type);
    if (length === undefined)
      throw new Error(`The input ${parentType}.${name} has no maximum length. Declare it as maxLength.`);
    return { length, items: type.kind === 'List' ? (maxItems ?? list) : null };
  }

  #defaultLength(type: PothosInputFieldType<Types>): Maximum | null | undefined {
    if (type.kind === 'List') return this.#defaultLength(type.type);
    if (type.kind === 'InputObject') return null;
    if (type.kind === 'Enum') return shortText;
    return lengths[typeof type.ref === 'string' ? type.ref : this.builder.configStore.getTypeConfig(type.ref).name];
  }
}

SchemaBuilder.registerPlugin('inputLimits', InputLimitsPlugin);

/** The limits of an input. Those of graphql-js, such as the name in `__type(name:)`, have the defaults. */
export function limitsOf({ extensions }: GraphQLArgument | GraphQLInputField): InputLimits {
  return (extensions.limits as InputLimits | undefined) ?? { length: text, items: list };
}
