import { type ASTNode, type DocumentNode, GraphQLError, Kind, type ValueNode, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { AppError } from '../../shared/errors.ts';

/** Adds the path of the argument or input field to each validation error about a value written in the document. */
export function locateLiteralFaults(): Plugin {
  return {
    onValidate: ({ params: { documentAST } }) => {
      return ({ valid, result, setResult }) => {
        if (!valid) setResult(result.map((error) => withPath(error, documentAST)));
      };
    },
  };
}

type InputPath = (string | number)[];

function withPath(error: GraphQLError, document: DocumentNode): GraphQLError {
  const path = error.nodes?.map((node) => pathTo(node, document)).find((found) => found !== null);
  if (!path) return error;
  const { message, nodes } = error;
  const originalError = new AppError('INVALID_INPUT', message, { fields: [{ path, message }] });
  return new GraphQLError(message, { nodes, originalError });
}

function pathTo(wanted: ASTNode, document: DocumentNode): InputPath | null {
  let found: InputPath | null = null;
  visit(document, {
    Argument: ({ name, value }) => {
      found ??= pathWithin(value, wanted, [name.value]);
      return false;
    },
  });
  return found;
}

function pathWithin(value: ValueNode, wanted: ASTNode, path: InputPath): InputPath | null {
  if (value === wanted) return path;
  for (const { key, node, inner } of partsOf(value)) {
    if (node === wanted) return [...path, key];
    const found = pathWithin(inner, wanted, [...path, key]);
    if (found) return found;
  }
  return null;
}

function partsOf(value: ValueNode): { key: string | number; node: ASTNode; inner: ValueNode }[] {
  if (value.kind === Kind.LIST) return value.values.map((item, key) => ({ key, node: item, inner: item }));
  if (value.kind !== Kind.OBJECT) return [];
  return value.fields.map((field) => ({ key: field.name.value, node: field, inner: field.value }));
}
