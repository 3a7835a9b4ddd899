// An identity provider as a process of its own, and signing in there.
import { expect, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { Server } from '../fixtures.ts';

export class IdentityProvider {
  private process: ChildProcess | undefined;
  issuer = '';

  /** Starts for this server, which is started again to trust it. */
  async serve(server: Server, ...args: string[]): Promise<void> {
    const child = spawn(process.execPath, [fileURLToPath(new URL('../provider.mjs', import.meta.url)), server.url], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.process = child;
    this.issuer = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const issuer = /issuer (http:\S+)\n/.exec(said)?.[1];
        if (issuer) resolve(issuer);
      });
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`the provider stopped with ${code}`)));
    });
    const config = join(server.home, 'tokenry.toml');
    writeFileSync(
      config,
      `public_url = "${server.url}"

[[provider]]
name = "acme"
label = "Acme"
issuer = "${this.issuer}"
client_id = "tokenry"
client_secret = "a secret of both"
scopes = ["profile", "email", "groups"]
role_claim = "groups"
roles = { bosses = "admin", staff = "member" }
groups_claim = "groups"
groups = { staff = "Platform" }
`,
    );
    await server.stop();
    await server.start('--config', config, ...args);
  }

  async stop(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await gone;
  }
}

/** Signs in on the provider's page, and agrees to what it tells Tokenry. */
export async function signInAtProvider(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  const agree = page.getByRole('button', { name: 'Continue' });
  await expect(agree.or(page.getByRole('navigation', { name: 'Main' }))).toBeVisible();
  if (await agree.isVisible()) await agree.click();
}
