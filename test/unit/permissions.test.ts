import { describe, expect, test } from 'vitest';
import { authorize, isAllowed, permissions, rolePermissions } from '../../src/auth/permissions.ts';

const ranks = ['VIEWER', 'MEMBER', 'OPERATOR', 'ADMIN', 'OWNER'] as const;

test('every role may do what the one below it may', () => {
  for (const [index, role] of ranks.entries()) {
    const below = ranks[index - 1];
    if (below) expect(rolePermissions[role]).toEqual(expect.arrayContaining([...rolePermissions[below]]));
  }
});

test('every permission is given to somebody', () => {
  expect(permissions.filter((permission) => !rolePermissions.OWNER.includes(permission))).toEqual([]);
});

describe('a scoped token', () => {
  const scopes = new Set(['task:read', 'event:read'] as const);

  test('limits its role', () => {
    expect(isAllowed({ role: 'OWNER', scopes }, 'task:read')).toBe(true);
    expect(isAllowed({ role: 'OWNER', scopes }, 'task:write')).toBe(false);
  });

  test('gives nothing that its role does not', () => {
    expect(isAllowed({ role: 'MEMBER', scopes }, 'event:read')).toBe(false);
  });
});

test('a refusal names the permission', () => {
  expect(() => authorize({ role: 'VIEWER', scopes: null }, 'task:write')).toThrow(/task:write/);
});
