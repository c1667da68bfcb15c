import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

// A gateway of the built jar with backends, traffic and parked clients, all on loopback; and Debian's chromium.

const root = fileURLToPath(new URL("../../", import.meta.url));
const JAR = process.env.SLUICE_JAR ?? join(root, "gateway/target/sluice.jar");

function onPath(names: string[]): string | null {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      if (existsSync(join(folder, name))) {
        return join(folder, name);
      }
    }
  }
  return null;
}

const browserPath = process.env.SLUICE_CHROMIUM ?? onPath(["chromium", "chromium-browser", "google-chrome"]);

/** Why these tests can't run here; null: they can. Where CI is set, that fails. */
export function missing(): string | null {
  const why = browserPath === null ? "no chromium on PATH" : existsSync(JAR) ? null : `${JAR} is not built`;
  if (why !== null && process.env.CI) {
    throw new Error(why);
  }
  return why;
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath ?? "chromium",
    // as root, and in a container with little shared memory; nothing of its own may leave this machine
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-gpu",
    ],
  });
}

/** Waits until it is so; the time is a bound and no measure. */
export async function until(what: string, holds: () => Promise<boolean> | boolean, withinMs = 30_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) {
      throw new Error(`not within ${withinMs} ms: ${what}`);
    }
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resume) => server.once("listening", resume));
  const { port } = server.address() as AddressInfo;
  await new Promise((resume) => server.close(resume));
  return port;
}

/** Answers all; /slow after 300 ms, /broken with 500. */
export class Backend {
  private readonly server = http.createServer((request, response) => {
    const late = request.url?.startsWith("/slow") ? 300 : 2;
    setTimeout(() => {
      response.writeHead(request.url?.startsWith("/broken") ? 500 : 200, { "content-type": "text/plain" });
      response.end("x".repeat(256));
    }, late);
  });
  port = 0;

  async open(): Promise<this> {
    this.server.keepAliveTimeout = 60_000;
    this.server.listen(this.port, "127.0.0.1");
    await new Promise((resume) => this.server.once("listening", resume));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resume) => this.server.close(resume));
  }
}

export class Gateway {
  private process: ChildProcess | null = null;
  private readonly folder = mkdtempSync(join(tmpdir(), "sluice-ui-"));
  readonly file = join(this.folder, "sluice.yaml");
  private output = "";

  private constructor(
    readonly admin: string,
    readonly web: string,
  ) {}

  /** @param config gets the ports of the admin listener and of the listener web */
  static async start(
    config: (admin: number, web: number, folder: string) => string,
    files: Record<string, string> = {},
  ): Promise<Gateway> {
    const [admin, web] = [await freePort(), await freePort()];
    const made = new Gateway(`http://127.0.0.1:${admin}`, `http://127.0.0.1:${web}`);
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(made.folder, name), text);
    }
    writeFileSync(made.file, config(admin, web, made.folder));
    await made.run();
    return made;
  }

  async run(): Promise<void> {
    const home = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, "bin/java") : "java";
    const child = spawn(home, [`@${join(root, "deploy/jvm.options")}`, "-jar", JAR, "run", "-c", this.file], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const keep = (chunk: Buffer): void => {
      this.output = (this.output + chunk).slice(-20_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    this.process = child;
    await until("the gateway is ready", async () => {
      if (child.exitCode !== null) {
        throw new Error(`the gateway ended:\n${this.output}`);
      }
      return fetch(`${this.admin}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
    });
  }

  text(): string {
    return readFileSync(this.file, "utf8");
  }

  async kill(): Promise<void> {
    const child = this.process;
    if (child && child.exitCode === null) {
      const ended = new Promise((resume) => child.once("exit", resume));
      child.kill("SIGKILL");
      await ended;
    }
    this.process = null;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Clients that ask again and again, and others that asked once and stay connected. */
export class Traffic {
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  private readonly parked: net.Socket[] = [];
  private timer: ReturnType<typeof setInterval> | undefined;
  private next = 0;

  constructor(private readonly web: string) {}

  /** @param paths asked for in turn */
  run(paths: string[], everyMs: number): void {
    this.timer = setInterval(() => {
      const path = paths[this.next++ % paths.length] ?? "/";
      http
        .get(`${this.web}${path}`, { agent: this.agent, headers: { host: "shop.example.com" } }, (answer) =>
          answer.resume(),
        )
        .on("error", () => {});
    }, everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  async park(count: number): Promise<void> {
    const { hostname, port } = new URL(this.web);
    await Promise.all(
      Array.from({ length: count }, async () => {
        const socket = net.connect(Number(port), hostname);
        this.parked.push(socket);
        socket.on("error", () => {});
        await new Promise((resume) => socket.once("connect", resume));
        socket.write("GET /ping HTTP/1.1\r\nhost: shop.example.com\r\n\r\n");
        await new Promise((resume) => socket.once("data", resume));
      }),
    );
  }

  close(): void {
    this.stop();
    this.agent.destroy();
    for (const socket of this.parked) {
      socket.destroy();
    }
  }
}

/** Puts a text into the editor, which lives in a shadow tree. */
export async function write(page: Page, text: string): Promise<void> {
  await page.locator("[data-editor] .cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

/** The sum of the rows of a metric that have all of these labels. */
export async function metric(
  gateway: Gateway,
  name: string,
  labels: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<number> {
  const text = await (await fetch(`${gateway.admin}/metrics`, { headers })).text();
  return text
    .split("\n")
    .filter(
      (line) =>
        (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) &&
        Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`)),
    )
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

export function hasJava(): boolean {
  try {
    execFileSync(process.env.JAVA_HOME ? join(process.env.JAVA_HOME, "bin/java") : "java", ["-version"], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}

/** A config with what there is to see: several routes and upstreams, checks, an endpoint that nobody listens on. */
export function shop(backends: Backend[], extra = ""): (admin: number, web: number) => string {
  const [a, b, c] = backends;
  return (admin, web) => `# The shop's gateway.
threads: 2
admin: { bind: '127.0.0.1:${admin}'${extra} }
listeners:
  web:
    bind: 127.0.0.1:${web}
    timeouts: { idle: 10m }
upstreams:
  orders:
    endpoints: [ '${a?.address}', '${b?.address}' ]
    connections: { max: 8 }
    health: { path: /healthz, interval: 1s }
  catalog:
    endpoints: [ '${c?.address}' ]
    connections: { max: 4 }
  billing:
    endpoints: [ '127.0.0.1:1' ]
routes:
  - name: orders-api
    match: { host: shop.example.com, path: /orders/** }
    to: orders
  - name: catalog
    match: { host: shop.example.com, path: /catalog/** }
    to: catalog
  - name: reports                  # slow ones
    match: { path: /slow/** }
    to: catalog
  - name: canary
    match: { host: shop.example.com, path: /beta/** }
    split: { orders: 95, catalog: 5 }
  - name: billing
    match: { path: /billing/** }
    to: billing
  - name: broken
    match: { path: /broken/** }
    to: orders
  - name: moved
    match: { path: /old/** }
    redirect: { location: '/orders/{tail}', status: 301 }
  - name: ping
    match: { path: /ping }
    respond: { status: 200, body: "pong\\n" }
`;
}

export const PATHS = [
  "/orders/1",
  "/orders/2",
  "/catalog/shoes",
  "/orders/3",
  "/beta/1",
  "/catalog/hats",
  "/orders/4",
  "/slow/report",
  "/old/5",
  "/orders/6",
];
