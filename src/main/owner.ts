import type { App } from '../app.ts';
import { ensureOwner, findFirstOwner, isLiveToken, replaceOwnerToken } from '../domain/tenants/bootstrap.ts';
import { homePaths, readSecret, writeSecret } from './home.ts';

/**
 * Ensures that the owner of the embedded server has a valid token in the home folder: the existing one, or a new one.
 */
export async function ensureOwnerToken(app: App): Promise<string> {
  const text = await readSecret(homePaths(app.config.home).ownerToken);
  return text && (await isLiveToken(app, text)) ? text : renewOwnerToken(app);
}

/** Replaces the embedded owner's token, also in the home folder. */
export async function renewOwnerToken(app: App): Promise<string> {
  const owner = (await findFirstOwner(app)) ?? (await ensureOwner(app, firstOwner()));
  const text = await replaceOwnerToken(app, owner);
  await writeSecret(homePaths(app.config.home).ownerToken, text);
  return text;
}

function firstOwner() {
  return { email: 'owner@localhost', name: 'Owner', tenant: 'Home', timeZone: systemTimeZone() };
}

export function systemTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
