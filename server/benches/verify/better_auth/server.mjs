// better-auth's API keys behind node:http, on SQLite, with what a verification of ours does, too: a permission, a
// limit of the rate and the end of the key; it writes down every use by itself.
//
//   node server.mjs seed COUNT DIRECTORY     makes so many keys; they are in DIRECTORY/keys.txt
//   node server.mjs serve COUNT DIRECTORY    prints its address; ends when its standard input does

import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import Database from "better-sqlite3";

const [command, count, directory] = process.argv.slice(2);
const KEYS_AN_OWNER = 10;
const database = new Database(join(directory, "better-auth.db"));
database.pragma("journal_mode = WAL");
// Kinder to it than our own setting, which is FULL.
database.pragma("synchronous = NORMAL");

const auth = betterAuth({
  database,
  baseURL: "http://127.0.0.1",
  secret: "a secret of this benchmark and of nothing else",
  telemetry: { enabled: false },
  logger: { disabled: true },
  plugins: [apiKey({ rateLimit: { enabled: true, timeWindow: 60_000, maxRequests: 1_000_000 } })],
});

async function seed() {
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  const now = new Date().toISOString();
  const owner = database.prepare(
    "insert into user (id, name, email, emailVerified, createdAt, updatedAt) values (?, ?, ?, 0, ?, ?)",
  );
  const keys = [];
  for (let i = 0; i < Number(count); i++) {
    const userId = `owner${Math.floor(i / KEYS_AN_OWNER)}`;
    if (i % KEYS_AN_OWNER === 0) owner.run(userId, userId, `${userId}@example.com`, now, now);
    const permissions = { projects: ["read"], billing: ["write"] };
    const year = 365 * 24 * 60 * 60;
    const { key } = await auth.api.createApiKey({ body: { userId, name: `Key ${i}`, permissions, expiresIn: year } });
    keys.push(key);
  }
  writeFileSync(join(directory, "keys.txt"), `${keys.join("\n")}\n`);
}

function serve() {
  process.stdin.resume().on("end", () => process.exit());
  const send = (response, status, text) =>
    response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", async () => {
      if (request.url === "/bare") return send(response, 200, "{}");
      try {
        const { secret, permissions } = JSON.parse(body);
        const { valid, error, key } = await auth.api.verifyApiKey({ body: { key: secret, permissions } });
        const token = key && { id: key.id, name: key.name, permissions: key.permissions, expires_at: key.expiresAt };
        send(response, 200, JSON.stringify({ valid, error, token }));
      } catch (error) {
        send(response, 500, String(error));
      }
    });
  });
  server.listen(0, "127.0.0.1", () => console.log(`127.0.0.1:${server.address().port}`));
}

if (command === "seed") await seed();
else serve();
