import { type App, createApp } from '../app.ts';
import { loadConfig } from '../config/load.ts';
import { StartFault } from '../config/start-fault.ts';
import { ensureOwner, findOwned, type Owner, replaceOwnerToken } from '../domain/tenants/bootstrap.ts';
import { isEmail } from '../shared/email.ts';
import { joinDatabase } from './database.ts';
import { readOptions } from './options.ts';
import { renewOwnerToken, systemTimeZone } from './owner.ts';
import { type Io, runProgram } from './run.ts';

const command = {
  usage: 'npm run token',
  about: `Creates a token for an owner and prints it. The token that this command created before is revoked, with all tokens that were created with it.
With DATABASE_URL, --email is required. With --name and --tenant, the user and the tenant are created if they do not exist.`,
  options: {
    email: "The owner's e-mail address (with DATABASE_URL only)",
    name: 'The name of a new owner',
    tenant: 'The name of the tenant',
  },
};
type Given = Partial<Record<'email' | 'name' | 'tenant', string>>;

await runProgram(token);

async function token(io: Io): Promise<void> {
  const given = readOptions(command);
  if (!given) return;
  const config = loadConfig();
  refuseMisuse(config.mode, given);
  await using database = await joinDatabase(config, io);
  await using app = createApp(database.config);
  const text = config.mode === 'embedded' ? await renewOwnerToken(app) : await replaceToken(app, given);
  process.stdout.write(`${text}\n`);
}

function refuseMisuse(mode: 'embedded' | 'external', given: Given): void {
  if (mode === 'external' && !given.email)
    throw new StartFault('The option --email is required: npm run token -- --email …');
  if (given.email && !isEmail(given.email)) throw new StartFault('--email is not an e-mail address.');
  if (mode === 'embedded' && Object.keys(given).length > 0) {
    throw new StartFault('Without DATABASE_URL there is only one owner, so npm run token accepts no options.');
  }
}

async function replaceToken(app: App, { email = '', name, tenant }: Given): Promise<string> {
  const owner = await chooseOwner(app, { email, name, tenant });
  return replaceOwnerToken(app, owner);
}

async function chooseOwner(app: App, { email, name, tenant }: Given & { email: string }): Promise<Owner> {
  const [owned, ...others] = await findOwned(app, { email, tenant });
  if (owned && others.length === 0) return owned;
  if (owned) throw new StartFault(`${email} owns several tenants. Choose one with --tenant …`);
  if (name && tenant) return ensureOwner(app, { email, name, tenant, timeZone: systemTimeZone() });
  throw new StartFault(`${email} does not own this tenant. To create a tenant, pass --name … and --tenant …`);
}
