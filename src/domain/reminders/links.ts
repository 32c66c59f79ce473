import type { App } from '../../app.ts';
import { publicUrl } from '../../config/public-url.ts';
import { encodeGlobalId } from '../../shared/global-id.ts';
import { unsubscribeToken } from './unsubscribe.ts';

/** The URL of a task. */
export function taskLink(config: App['config'], taskId: string): string {
  return publicUrl(config.http, `/task/${encodeGlobalId('Task', taskId)}`);
}

/** The URL where a member turns reminder e-mails off, without signing in. */
export function unsubscribeLink(
  { config, unsubscribeKey }: Pick<App, 'config' | 'unsubscribeKey'>,
  member: { tenantId: string; userId: string },
): string {
  return publicUrl(config.http, `/unsubscribe/${unsubscribeToken(unsubscribeKey, member)}`);
}
