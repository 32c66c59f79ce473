import { type GraphQLSchema, isObjectType } from 'graphql';
import { describePermission, type Permission, permissions, rolePermissions } from '../../src/auth/permissions.ts';
import { operationsOf } from './schema-walk.ts';

/** The table of permissions in docs/api.md: what the schema declares that each is needed for. */
export function permissionTable(schema: GraphQLSchema): string {
  const rows = permissions.map((permission) => {
    const operations = operationsOf(schema).filter(({ field }) => isFor(field.extensions.permission, permission));
    const cells = [
      `\`${permission}\``,
      firstRole(permission),
      describePermission(permission),
      code(operations.map(({ field }) => field.name)),
      code(readBy(schema, permission)),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const header = ['Permission', 'From the role', 'What it allows', 'Operations', 'Types and fields that it reads'];
  return [`| ${header.join(' | ')} |`, `|${header.map(() => '---|').join('')}`, ...rows].join('\n');
}

type Declared = Permission | readonly Permission[] | { of: Permission } | 'OF_OBJECT' | null | undefined;

function isFor(declared: unknown, permission: Permission): boolean {
  const given = declared as Declared;
  if (given instanceof Object && 'of' in given) return given.of === permission;
  return [given].flat().includes(permission);
}

/** The roles are in order: each has the permissions of those before. */
function firstRole(permission: Permission): string {
  return Object.entries(rolePermissions).find(([, granted]) => granted.includes(permission))?.[0] ?? '';
}

/** Types whose fields need it, and single fields of other types. */
function readBy(schema: GraphQLSchema, permission: Permission): string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  return types
    .filter((type) => !roots.includes(type))
    .flatMap((type) => {
      if (isFor(type.extensions.permission, permission)) return type.name;
      const fields = Object.values(type.getFields());
      return fields
        .filter((field) => isFor(field.extensions.permission, permission))
        .map(({ name }) => `${type.name}.${name}`);
    })
    .toSorted();
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
