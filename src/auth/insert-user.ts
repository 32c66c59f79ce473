/** SQL: creates a user with an id, e-mail address, name and time zone at a time. */
export const insertUser = `
  INSERT INTO "user" (id, email, name, "timeZone", "createdAt", "updatedAt") VALUES ($1, $2, $3, $4, $5, $5)`;

/** SQL: the id of the user with the e-mail address, who is created if there is none. Nothing of an existing one changes. */
export const ensureUser = `${insertUser} ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id`;
