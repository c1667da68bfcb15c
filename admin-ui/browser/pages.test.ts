import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Backend, Gateway, metric, missing, openBrowser, PATHS, shop, Traffic, until } from "./rig";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PAGES = [
  "overview",
  "routes",
  "routes/orders-api",
  "routes/explain",
  "upstreams",
  "upstreams/orders",
  "connections",
  "config",
  "live",
  "live/failures",
];

let browser: Browser;
let backends: Backend[];
let gateway: Gateway;
let traffic: Traffic;

/** A page that fails the test for each error of the console and each request to anywhere else. */
class Watched {
  readonly wrong: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async open(options: Parameters<Browser["newContext"]>[0] = {}, expected = /$^/): Promise<Watched> {
    const context = await browser.newContext({ viewport: { width: 1380, height: 880 }, ...options });
    const made = new Watched(context, await context.newPage());
    made.page.on("console", (message) => {
      if (message.type() === "error" && !expected.test(message.text())) {
        made.wrong.push(`${message.text()} (${message.location().url})`);
      }
    });
    made.page.on("pageerror", (error) => made.wrong.push(String(error.stack ?? error)));
    made.page.on("request", (request) => {
      if (!request.url().startsWith(`${gateway.admin}/`)) {
        made.wrong.push(`asked ${request.url()}`);
      }
    });
    return made;
  }

  async at(hash: string): Promise<Page> {
    await this.page.goto(`${gateway.admin}/#/${hash}`);
    await this.page.waitForSelector("main h1");
    return this.page;
  }

  async close(): Promise<void> {
    await this.context.close();
    expect(this.wrong).toEqual([]);
  }
}

const figure = (page: Page, name: string): Promise<string> => page.innerText(`[data-figure="${name}"]`);

describe.skipIf(missing() !== null)("the dashboard", () => {
  beforeAll(async () => {
    backends = [await new Backend().open(), await new Backend().open(), await new Backend().open()];
    gateway = await Gateway.start(shop(backends));
    traffic = new Traffic(gateway.web);
    await traffic.park(200);
    traffic.run([...PATHS, "/billing/1", "/nowhere"], 20);
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    traffic?.close();
    await gateway?.close();
    for (const backend of backends ?? []) {
      await backend.close();
    }
  });

  test.each(PAGES)("shows the page %s, and again after it is loaded anew", async (hash) => {
    const watched = await Watched.open();
    const page = await watched.at(hash);
    await page.waitForSelector("text=Live, ready");
    const title = await page.innerText("main h1");
    await page.reload();
    await page.waitForSelector("text=Live, ready");
    expect(await page.innerText("main h1")).toBe(title);
    await watched.close();
  });

  test.each(["light", "dark"] as const)("has nothing that axe objects to in the %s theme", async (colorScheme) => {
    const watched = await Watched.open({ colorScheme, bypassCSP: true });
    for (const hash of PAGES) {
      const page = await watched.at(hash);
      await page.waitForSelector("text=Live, ready");
      await page.waitForTimeout(700);
      await page.evaluate(axe);
      const violations = await page.evaluate(async () => {
        const found = await (window as unknown as { axe: typeof import("axe-core") }).axe.run(document, {
          resultTypes: ["violations"],
        });
        return found.violations.map(
          (each) =>
            `${each.id}: ${each.nodes
              .map((node) => node.html.slice(0, 160))
              .slice(0, 3)
              .join(" | ")}`,
        );
      });
      expect(violations, hash).toEqual([]);
    }
    await watched.close();
  });

  test("fits a phone on each page", async () => {
    const watched = await Watched.open({ viewport: { width: 390, height: 844 }, hasTouch: true });
    for (const hash of PAGES) {
      const page = await watched.at(hash);
      await page.waitForTimeout(600);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wide, hash).toBeLessThanOrEqual(0);
    }
    await watched.close();
  });

  test("shows the figures that /metrics has", async () => {
    const watched = await Watched.open();
    traffic.stop();
    const total = (): Promise<number> => metric(gateway, "sluice_requests_total");
    let before = -1;
    await until("all requests have ended", async () => {
      const now = await total();
      const same = now === before;
      before = now;
      return same;
    });
    const page = await watched.at("connections");
    await until(
      "parked as in /metrics",
      async () =>
        (await figure(page, "connections.parked")) ===
        String(await metric(gateway, "sluice_client_connections", { state: "parked" })),
    );
    await watched.at("routes/orders-api");
    const counted = await metric(gateway, "sluice_requests_total", { route: "orders-api" });
    await until("requests of a route as in /metrics", async () =>
      (await page.innerText("dialog")).replaceAll(",", "").includes(String(counted)),
    );
    await watched.at("overview");
    const clients = await metric(gateway, "sluice_client_connections");
    const open = await metric(gateway, "sluice_pool_connections");
    await until(
      "clients as in /metrics",
      async () => Number(await page.textContent('[data-figure="clients"]')) === clients,
    );
    const ratio = clients / open;
    const shown = Number((await figure(page, "multiplexRatio")).split(" ")[0]);
    expect(Math.abs(shown - ratio)).toBeLessThanOrEqual(0.51);
    traffic.run([...PATHS, "/billing/1", "/nowhere"], 20);
    await watched.close();
  });

  test("puts what is wrong first and leads to its failures with the remedy", async () => {
    const watched = await Watched.open();
    const page = await watched.at("overview");
    const trouble = page.getByRole("link", { name: /connect-refused: .* failed in the last minute/ });
    await trouble.waitFor();
    await trouble.click();
    await page.getByText("Remedy").first().waitFor();
    await page.locator(".failures button").first().click();
    await page
      .getByText("attempt-failed")
      .or(page.getByText("connect-refused: endpoint refused the connection"))
      .first()
      .waitFor();
    await watched.close();
  });

  test("searches, filters and sorts routes, and marks those never hit", async () => {
    const watched = await Watched.open();
    const page = await watched.at("routes");
    await page.keyboard.press("/");
    await page.keyboard.type("beta");
    await until("one row", async () => (await page.locator("tbody tr.hit").count()) === 1);
    expect(await page.innerText("tbody tr.hit")).toContain("canary");
    await page.getByLabel("Search routes").fill("");
    await page.getByRole("button", { name: /^Never hit/ }).click();
    await until("broken alone was never hit", async () =>
      (await page.locator("tbody tr.hit").allInnerTexts()).join().includes("broken"),
    );
    await page.getByRole("button", { name: /^All/ }).click();
    await page.getByRole("button", { name: "Route", exact: true }).click();
    await until("sorted by name", async () => (await page.locator("tbody tr.hit a").first().innerText()) === "billing");
    await watched.close();
  });

  test("explains a request step by step", async () => {
    const watched = await Watched.open();
    const page = await watched.at("routes/explain");
    await page.getByLabel("URL").fill("http://other.example.com/orders/7");
    await page.getByRole("button", { name: "Explain", exact: true }).click();
    await page.getByText("No route: 404").waitFor();
    await page.getByLabel("URL").fill("http://shop.example.com/orders/7");
    await page.getByRole("button", { name: "Explain", exact: true }).click();
    await page.getByText("Takes the route").waitFor();
    expect(await page.innerText('[aria-label="Decision"]')).toContain("forward to orders");
    await watched.close();
  });

  test("explains against an edited config that is not in force", async () => {
    const watched = await Watched.open();
    const page = await watched.at("routes/explain");
    await page.getByRole("button", { name: "Edited config" }).click();
    const text = page.getByLabel(/Config to try/);
    await until("the running config is there to edit", async () => (await text.inputValue()).includes("orders-api"));
    await text.fill(`${gateway.text()}  - { name: fresh, match: { path: '/fresh/**' }, respond: { status: 204 } }\n`);
    await page.getByLabel("URL").fill("http://shop.example.com/fresh/1");
    await page.getByRole("button", { name: "Explain", exact: true }).click();
    await page.getByText("Takes the route").waitFor();
    expect(await page.innerText('[aria-label="Decision"]')).toContain("fresh");
    await watched.close();
  });

  test("tells how fast an endpoint answered lately", async () => {
    const watched = await Watched.open();
    const page = await watched.at("upstreams/orders");
    await page
      .locator("article")
      .first()
      .getByText(/p50 .* ms, p99 .* in the last/)
      .waitFor();
    await watched.close();
  });

  test("drains an endpoint after a confirmation, sets its weight, and takes both back", async () => {
    const watched = await Watched.open();
    const page = await watched.at("upstreams/orders");
    const card = page.locator("article").first();
    await card.getByRole("button", { name: "Drain" }).click();
    await page.locator("dialog").getByRole("button", { name: "Drain" }).click();
    await card.getByRole("button", { name: "End drain" }).waitFor();
    const state = async (): Promise<{
      upstreams: { name: string; endpoints: { available: boolean; weightInForce: number }[] }[];
    }> => (await fetch(`${gateway.admin}/api/v1/upstreams`)).json();
    const first = async () => (await state()).upstreams.find((each) => each.name === "orders")?.endpoints[0];
    expect((await first())?.available).toBe(false);
    await card.getByRole("button", { name: "End drain" }).click();
    await page.locator("dialog").getByRole("button", { name: "Back to automatic" }).click();
    await until("it is available again", async () => (await first())?.available === true);
    await card.getByRole("button", { name: "Weight" }).click();
    await page
      .locator("dialog")
      .getByLabel(/Weight/)
      .fill("7");
    await page.locator("dialog").getByRole("button", { name: "Set weight" }).click();
    await until("the weight is in force", async () => (await first())?.weightInForce === 7);
    await card.getByRole("button", { name: "Weight" }).click();
    await page.locator("dialog").getByRole("button", { name: "Back to 1" }).click();
    await until("the weight is taken back", async () => (await first())?.weightInForce === 1);
    await watched.close();
  });

  test("filters connections and closes one", async () => {
    const watched = await Watched.open();
    const page = await watched.at("connections");
    await page.locator("button.pick", { hasText: "parked" }).click();
    await page.locator("tbody tr.hit").first().waitFor();
    await until("only parked ones", async () =>
      (await page.locator("tbody tr.hit").allInnerTexts()).every((row) => row.includes("parked")),
    );
    const before = await metric(gateway, "sluice_client_connections_ended_total", { cause: "operator" });
    await page
      .getByRole("button", { name: /^Close the connection/ })
      .first()
      .click();
    await page.getByRole("button", { name: "Close it at once" }).click();
    await until(
      "it is counted",
      async () => (await metric(gateway, "sluice_client_connections_ended_total", { cause: "operator" })) > before,
    );
    await watched.close();
  });

  test("shows exchanges as they happen, filtered, each with its phases", async () => {
    const watched = await Watched.open();
    const page = await watched.at("live?route=reports");
    await page.locator("tbody tr.hit").first().waitFor();
    expect((await page.locator("tbody tr.hit").allInnerTexts()).every((row) => row.includes("reports"))).toBe(true);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator("tbody .link").first().click();
    expect(await page.innerText("dialog")).toContain("Waited for an upstream connection");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    await watched.close();
  });

  test("goes from page to page by keys, and tells which", async () => {
    const watched = await Watched.open();
    const page = await watched.at("overview");
    await page.keyboard.press("g");
    await page.keyboard.press("u");
    await page.getByRole("heading", { name: "Upstreams" }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "Keyboard" }).waitFor();
    await page.keyboard.press("Escape");
    const theme = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset.theme);
    await page.waitForSelector("dialog", { state: "detached" });
    await page.keyboard.press("t");
    expect(await theme()).toBe("dark");
    await page.reload();
    expect(await theme()).toBe("dark");
    await watched.close();
  });
});
