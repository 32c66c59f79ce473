import { z } from 'zod';

const name = z
  .string('The name cannot be cleared.')
  .trim()
  .min(1, 'The name must have at least one character.')
  .max(100, 'The name can have at most 100 characters.');
const color = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^#[0-9a-f]{6}$/, 'The color must have the form #rrggbb.')
  .nullish();

/** What a project can be made with. */
export const createProjectSchema = z.object({ name, color, isPrivate: z.boolean().nullish() });
export type CreateProjectInput = z.input<typeof createProjectSchema>;

/** What can be changed: an omitted field stays; only the colour can be cleared. The id has been decoded to a UUID by now. */
export const updateProjectSchema = z.object({
  id: z.uuid(),
  name: name.optional(),
  color,
  isPrivate: z.boolean('isPrivate cannot be cleared.').optional(),
  position: z.number('The position cannot be cleared.').optional(),
});
/** Clients can send null for every field; what cannot be cleared is refused. */
export type UpdateProjectInput = {
  id: string;
  name?: string | null;
  color?: string | null;
  isPrivate?: boolean | null;
  position?: number | null;
  expectedVersion?: number | null;
};

/** What a project without a colour of its own has: grey. */
export const defaultColor = '#808080';
