import { z } from 'zod';
import { textOf } from '../../shared/maximum.ts';
import { visibleText } from '../../shared/validate.ts';

export const nameLength = textOf(100, 'The name');

const name = visibleText('The name', nameLength, 'The name cannot be cleared.');
const color = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^#[0-9a-f]{6}$/, 'The color must have the form #rrggbb.')
  .nullish();

/** The fields of a new project. */
export const createProjectSchema = z.object({ name, color, isPrivate: z.boolean().nullish() });
export type CreateProjectInput = z.input<typeof createProjectSchema>;

/**
 * The changes to a project: omitted fields are not changed; only the color can be cleared. The id is already decoded to
 * a UUID.
 */
export const updateProjectSchema = z.object({
  id: z.uuid(),
  name: name.optional(),
  color,
  isPrivate: z.boolean('isPrivate cannot be cleared.').optional(),
  position: z.number('The position cannot be cleared.').optional(),
});
/** Clients can send null for every field; fields that cannot be cleared are refused. */
export type UpdateProjectInput = {
  id: string;
  name?: string | null;
  color?: string | null;
  isPrivate?: boolean | null;
  position?: number | null;
  expectedVersion?: number | null;
};

/** The color of a project without one: grey. */
export const defaultColor = '#808080';
