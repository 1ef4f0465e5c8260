// A department of two on a real okrd with a private PostgreSQL, and okr-web before it: started in a
// temporary folder, ended with the tests. Everything is entered through okr.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, openSync, chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const bin = process.env.OKR_BIN;

export class World {
  static async start(clock) {
    const world = new World();
    world.folder = mkdtempSync(join(tmpdir(), "okr-browser-"));
    chmodSync(world.folder, 0o755);
    world.server = `ipc://${world.folder}/okrd/okrd.sock`;
    world.children = [];
    world.run("okrd", ["serve", "--dir", `${world.folder}/okrd`, "--listen", world.server, "--clock", clock]);
    await world.until(() => world.okr(null, "server", "info"), "okrd");
    const code = readFileSync(`${world.folder}/okrd/first-admin-code`, "utf8").trim();
    world.okr(null, "admin", "claim", "root", "Sample Root", "--code", code);
    await world.web();
    return world;
  }

  run(program, args) {
    const log = openSync(`${this.folder}/${program}.log`, "a");
    const child = spawn(join(bin, program), args, { stdio: ["ignore", log, log], env: this.env() });
    this.children.push(child);
    return child;
  }

  env() {
    return { PATH: process.env.PATH, HOME: this.folder, XDG_STATE_HOME: `${this.folder}/state`, OKR_SERVER: this.server,
      OKR_LANG: "en", ASAN_OPTIONS: "detect_leaks=0" };
  }

  async until(attempt, what) {
    for (let i = 0; i < 600; i++) {
      try { return attempt(); } catch { await sleep(100); }
    }
    throw new Error(`${what} did not start; see ${this.folder}`);
  }

  async web() {
    this.run("okr-web", ["--server", this.server, "--listen", "127.0.0.1:0"]);
    this.url = await this.until(() => {
      const line = readFileSync(`${this.folder}/okr-web.log`, "utf8").match(/http:\/\/127\.0\.0\.1:\d+/);
      if (!line) throw new Error("not yet");
      return line[0];
    }, "okr-web");
  }

  // As somebody; what it prints. JSON with { json: true } as the last word.
  okr(who, ...words) {
    const options = typeof words.at(-1) === "object" ? words.pop() : {};
    const before = [...(who ? ["--as", who, "--yes"] : []), ...(options.json ? ["--json"] : [])];
    const out = execFileSync(join(bin, "okr"), [...before, ...words], { env: this.env(), encoding: "utf8", stdio: "pipe" });
    return options.json ? JSON.parse(out) : out;
  }

  invite(handle) {
    return this.okr("root", "member", "invite", handle).match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/)[0];
  }

  member(handle, name, ...roles) {
    this.okr("root", "member", "add", handle, name);
    for (const role of roles) this.okr("root", "role", "grant", handle, role);
    this.okr(null, "login", handle, "--code", this.invite(handle));
  }

  token(handle) {
    const rows = readFileSync(`${this.folder}/state/okr/credentials`, "utf8").trim().split("\n").map((l) => l.split("\t"));
    return rows.find((row) => row[1] === handle)[2];
  }

  // People, an open quarter with a KR, two projects, and goals of this week.
  fill() {
    const id = (who, ...words) => this.okr(who, ...words, { json: true }).id;
    this.member("alice", "見本アリス", "pdm");
    this.member("bob", "見本ボブ", "dev-lead");
    this.member("carol", "見本キャロル", "program-manager");
    this.member("dave", "見本デイブ", "pl");
    this.member("ivan", "見本イワン", "bi-engineer");
    this.okr("alice", "quarter", "create", "2021Q1");
    const objective = id("alice", "objective", "add", "2021Q1", "Search is fast 検索が速い", "--product", "Sample");
    this.kr = id("alice", "kr", "add", `O-${objective}`, "p95 of search", "--kind", "decrease-to", "--start", "900",
      "--target", "300", "--unit", "ms");
    this.linked = id("carol", "project", "propose", "New index", "--quarter", "2021Q1", "--kr", `KR-${this.kr}`);
    this.side = id("carol", "project", "propose", "Tidy logs", "--quarter", "2021Q1", "--category", "stability");
    for (const project of [this.linked, this.side]) {
      this.okr("bob", "project", "accept", `P-${project}`);
      this.okr("carol", "project", "show", `P-${project}`); // what she changes is what she saw last
      this.okr("carol", "project", "team", `P-${project}`, "--lead", "dave");
    }
    this.okr("alice", "quarter", "open", "2021Q1");
    this.okr("dave", "goal", "add", `P-${this.linked}`, "Half of it is built");
    this.okr("dave", "goal", "add", `P-${this.linked}`, "It is measured");
    this.okr("ivan", "measure", "record", `KR-${this.kr}`, "780");
  }

  async stop() {
    for (const child of this.children.reverse()) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await ended;
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
