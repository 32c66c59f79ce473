import {
  type GraphQLFieldExtensions,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { authorize, type Permission } from '../auth/permissions.ts';
import type { Viewer } from '../auth/viewer.ts';

/** A selection being checked. A fragment is checked once for each operation. */
type Checking = { info: GraphQLResolveInfo; viewer: Viewer; fragments: Set<string> };

/**
 * Checks the permission of every field that is selected of a result. Fields that need it for some objects only are
 * checked when they are read. @throws AppError `FORBIDDEN`, naming the first field that the viewer may not read.
 */
export function requireReadable(info: GraphQLResolveInfo, viewer: Viewer): void {
  const checking = { info, viewer, fragments: new Set<string>() };
  for (const { selectionSet } of info.fieldNodes) checkSelection(selectionSet, getNamedType(info.returnType), checking);
}

/** Refuses to read an object of a type by its id without the permission of the type. @throws AppError `FORBIDDEN`. */
export function requireReadableType({ schema }: GraphQLResolveInfo, typename: string, viewer: Viewer): void {
  const permission = permissionIn(schema.getType(typename));
  if (permission) authorize(viewer, permission, `The type ${typename}`);
}

function checkSelection(selections: SelectionSetNode | undefined, type: GraphQLNamedType, checking: Checking): void {
  for (const node of selections?.selections ?? []) {
    if (isIncluded(node, checking)) checkNode(node, type, checking);
  }
}

function checkNode(node: SelectionNode, type: GraphQLNamedType, checking: Checking): void {
  const { info, viewer, fragments } = checking;
  switch (node.kind) {
    case 'Field': {
      const field = fieldsOf(type)[node.name.value];
      if (!field) return;
      const permission = permissionIn(field);
      if (permission) authorize(viewer, permission, `The field ${type.name}.${field.name}`);
      checkSelection(node.selectionSet, getNamedType(field.type), checking);
      return;
    }
    case 'InlineFragment':
      checkSelection(node.selectionSet, typeAt(node.typeCondition?.name.value, type, info), checking);
      return;
    case 'FragmentSpread': {
      const fragment = info.fragments[node.name.value];
      if (!fragment || fragments.has(node.name.value)) return;
      fragments.add(node.name.value);
      checkSelection(fragment.selectionSet, typeAt(fragment.typeCondition.name.value, type, info), checking);
    }
  }
}

/** A field of a union is `__typename`, which is no field of a type. */
function fieldsOf(type: GraphQLNamedType) {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
}

function typeAt(name: string | undefined, type: GraphQLNamedType, { schema }: GraphQLResolveInfo): GraphQLNamedType {
  return (name && schema.getType(name)) || type;
}

function permissionIn(
  declared: { extensions: GraphQLFieldExtensions<unknown, unknown> } | undefined,
): Permission | null {
  const permission = declared?.extensions.permission;
  return typeof permission === 'string' ? (permission as Permission) : null;
}

function isIncluded(node: SelectionNode, { info: { variableValues } }: Checking): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false;
}
