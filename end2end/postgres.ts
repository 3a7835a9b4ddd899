// A PostgreSQL server for the tests of one worker, in a temporary directory and reached by a socket there. Each test has
// a database of its own.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian keeps the server's programs apart, by version. */
function program(name: string): string {
  const versions = '/usr/lib/postgresql';
  const folders = existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : [];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? name;
}

/** The server refuses to run as root; Debian's package brings a user for it. */
function asUser(command: string[]): [string, string[]] {
  const all = process.getuid?.() === 0 ? ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups', ...command] : command;
  return [all[0] ?? '', all.slice(1)];
}

export class Postgres {
  private readonly home = mkdtempSync(join(tmpdir(), 'tokenry-postgres-'));
  private readonly data = join(this.home, 'data');
  private made = 0;
  private process: ChildProcess | undefined;

  async start(): Promise<void> {
    if (process.getuid?.() === 0) {
      const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']));
      chownSync(this.home, id('-u'), id('-g'));
    }
    execFileSync(...asUser([program('initdb'), '-D', this.data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync']), { stdio: 'pipe' });
    const settings = ['listen_addresses=', 'fsync=off', 'max_connections=200'].flatMap((setting) => ['-c', setting]);
    this.process = spawn(...asUser([program('postgres'), '-D', this.data, '-k', this.home, ...settings]), { stdio: ['ignore', 'ignore', 'pipe'] });
    await new Promise<void>((resolve, reject) => {
      this.process?.stderr?.on('data', (chunk: Buffer) => chunk.includes('ready to accept connections') && resolve());
      this.process?.on('exit', (code) => reject(new Error(`PostgreSQL stopped with ${code}`)));
    });
  }

  /** A new database, empty or a copy of another one that nobody uses; its URL. */
  create(like?: string): string {
    const name = `test_${this.made++}`;
    const template = like ? new URL(like).pathname.slice(1) : 'template0';
    execFileSync(program('createdb'), ['-h', this.home, '-U', 'postgres', '-T', template, name], { stdio: 'pipe' });
    return `postgres://postgres@localhost/${name}?host=${this.home}`;
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.process?.once('exit', resolve));
    this.process?.kill('SIGQUIT');
    await gone;
    rmSync(this.home, { recursive: true, force: true });
  }
}
