import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export type Engine = "sqlite" | "postgres";

/** The program as `make dist` puts it together. */
const PROGRAM = process.env.MADANG_BIN || fileURLToPath(new URL("../dist/madang/madang", import.meta.url));

/** A started program with demo data of its own, that can crash and come back with the same data. */
export class Server {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly database: Database,
    private process: ChildProcess,
  ) {}

  static async start(engine: Engine): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), "madang-end2end-"));
    const database = engine === "sqlite" ? sqliteIn(folder) : freshPostgres();
    const address = `127.0.0.1:${await freePort()}`;
    const server = new Server(`http://${address}`, folder, database, launch(folder, database.url, address));
    await server.ready();
    return server;
  }

  /** Ends the process like a power cut: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    await end(this.process, "SIGKILL");
  }

  /** Starts it again at the same address, on the same data. */
  async restart(): Promise<void> {
    this.process = launch(this.folder, this.database.url, new URL(this.url).host);
    await this.ready();
  }

  /** Changes what no command can, such as when something began. Only while nothing runs on the data. */
  edit(statement: string): void {
    this.database.run(statement);
  }

  /** Makes an account, as an operator does. */
  hire(email: string, name: string, password: string): void {
    const account = ["create-user", "--email", email, "--name", name, "--database-url", this.database.url];
    execFileSync(PROGRAM, account, { cwd: this.folder, env: { PATH: process.env.PATH }, input: `${password}\n` });
  }

  /** Asks it to stop, and removes what it left. */
  async stop(): Promise<void> {
    await end(this.process, "SIGTERM");
    this.database.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What it has written so far, for the report of a failed test. */
  log(): string {
    return readFileSync(join(this.folder, "log"), "utf8");
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline) {
      if (this.process.exitCode !== null) break;
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await pause(50);
    }
    this.process.kill("SIGKILL");
    throw new Error(`the server did not become ready:\n${this.log()}`);
  }
}

interface Database {
  url: string;
  run(statement: string): void;
  drop(): void;
}

function sqliteIn(folder: string): Database {
  const file = join(folder, "madang.db");
  return { url: `sqlite://${file}`, run: (statement) => execFileSync("sqlite3", [file, statement]), drop: () => {} };
}

let databases = 0;

function freshPostgres(): Database {
  const cluster = process.env.MADANG_TEST_POSTGRES_URL;
  if (!cluster) throw new Error("MADANG_TEST_POSTGRES_URL is not set: run this in .ci/with-postgres");
  databases += 1;
  const name = `end2end_${process.pid}_${databases}`;
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  const psql = (statement: string, on = cluster) => execFileSync("psql", ["--quiet", "--command", statement, on]);
  psql(`CREATE DATABASE ${name}`);
  return {
    url: url.href,
    run: (statement) => psql(statement, url.href),
    drop: () => psql(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

function launch(folder: string, database: string, address: string): ChildProcess {
  const log = openSync(join(folder, "log"), "a");
  const started = spawn(PROGRAM, ["--demo", "--listen", address, "--database-url", database], {
    cwd: folder,
    // Nothing that was set for another start of the program may reach this one.
    env: { PATH: process.env.PATH, RUST_BACKTRACE: "1" },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  // A worker that goes away takes its server along.
  const goodbye = () => started.kill("SIGKILL");
  process.once("exit", goodbye);
  started.once("exit", () => process.off("exit", goodbye));
  return started;
}

async function end(running: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (running.exitCode !== null || running.signalCode !== null) return;
  const gone = once(running, "exit");
  running.kill(signal);
  const stuck = setTimeout(() => running.kill("SIGKILL"), 15_000);
  await gone;
  clearTimeout(stuck);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
