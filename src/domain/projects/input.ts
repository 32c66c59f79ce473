import { z } from 'zod';

const name = z
  .string('A name cannot be cleared.')
  .trim()
  .min(1, 'A name needs at least one character.')
  .max(100, 'A name has at most 100 characters.');
const color = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^#[0-9a-f]{6}$/, 'A colour is written as #rrggbb.')
  .nullish();

/** What a project can be made with. */
export const createProjectSchema = z.object({ name, color, isPrivate: z.boolean().nullish() });
export type CreateProjectInput = z.input<typeof createProjectSchema>;

/** What can be changed: an omitted field stays; only the colour can be cleared. The id has been decoded to a UUID by now. */
export const updateProjectSchema = z.object({
  id: z.uuid(),
  name: name.optional(),
  color,
  isPrivate: z.boolean('A project is either private or not.').optional(),
  position: z.number('A project has a position.').optional(),
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
