import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Backend, Gateway, missing, openBrowser, PATHS, shop, Traffic, until, write } from "./rig";

let browser: Browser;
let backends: Backend[];
const gateways: Gateway[] = [];

async function start(extra = "", files: Record<string, string> = {}): Promise<Gateway> {
  const gateway = await Gateway.start(shop(backends, extra), files);
  gateways.push(gateway);
  return gateway;
}

async function open(gateway: Gateway, hash: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1380, height: 880 } });
  await page.goto(`${gateway.admin}/#/${hash}`);
  return page;
}

/** The text of the config that runs. */
async function inForce(gateway: Gateway): Promise<string> {
  return (await fetch(`${gateway.admin}/api/v1/config`)).text();
}

describe.skipIf(missing() !== null)("the dashboard, when things change", () => {
  beforeAll(async () => {
    backends = [await new Backend().open(), await new Backend().open(), await new Backend().open()];
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    for (const gateway of gateways) {
      await gateway.close();
    }
    for (const backend of backends ?? []) {
      await backend.close();
    }
  });

  test("says that the gateway is lost and of when its figures are, and recovers", async () => {
    const gateway = await start();
    const page = await open(gateway, "overview");
    await page.getByText("Live, ready").waitFor();
    await gateway.kill();
    const banner = page.getByText(/Connection lost, showing figures of \d\d:\d\d:\d\d/);
    await banner.waitFor();
    await gateway.run();
    await banner.waitFor({ state: "detached" });
    await page.getByText("Live, ready").waitFor();
    await page.close();
  });

  test("shows problems as one types, at their line", async () => {
    const gateway = await start();
    const page = await open(gateway, "config");
    await page.locator("[data-editor] .cm-line").first().waitFor();
    await page.locator(".state", { hasText: "no problem" }).waitFor();
    await write(page, gateway.text().replace("path: /ping", "paath: /ping"));
    await page.getByText("1 problem", { exact: true }).waitFor();
    await page.locator(".problems button").first().click();
    expect(await page.locator(".problems button").first().innerText()).toContain("paath");
    expect(await page.getByRole("button", { name: "Apply…" }).isDisabled()).toBe(true);
    await page.close();
  });

  test("completes keys from the schema", async () => {
    const gateway = await start();
    const page = await open(gateway, "config");
    await page.locator("[data-editor] .cm-line").first().waitFor();
    await write(page, "upstreams:\n  x:\n    connections: { max: 5 }\n    ");
    await page.keyboard.type("hea");
    await page.locator("[data-editor] .cm-tooltip-autocomplete").getByText("health").first().waitFor();
    await page.close();
  });

  test("plans, applies for a time, and goes back by itself's button or is kept", async () => {
    const gateway = await start();
    const traffic = new Traffic(gateway.web);
    traffic.run(PATHS, 10);
    const page = await open(gateway, "config");
    await page.locator("[data-editor] .cm-line").first().waitFor();
    const before = gateway.text();
    const edited = before
      .replace("path: /ping", "path: /pong")
      .replace("match: { path: /slow/** }", "match: { path: /slower/** }");
    await write(page, edited);
    await page.locator(".state", { hasText: "no problem" }).waitFor();
    await page.getByRole("button", { name: "Plan", exact: true }).first().click();
    await page.getByText(/sampled requests? would change route/).waitFor();
    await page.getByRole("button", { name: "Apply…" }).click();
    await page.locator("dialog").getByRole("button", { name: "Apply" }).click();
    await page.getByText(/is in force for .* more/).waitFor();
    await until("it is in force", async () => (await inForce(gateway)) === edited);
    expect(gateway.text()).toBe(before);
    await page.getByRole("button", { name: "Go back now" }).click();
    await until("what was before is in force", async () => (await inForce(gateway)) === before);
    await page.getByText(/is in force for .* more/).waitFor({ state: "detached" });

    await page.reload();
    await page.locator("[data-editor] .cm-line").first().waitFor();
    await write(page, edited);
    await page.locator(".state", { hasText: "no problem" }).waitFor();
    await page.getByRole("button", { name: "Apply…" }).click();
    await page.locator("dialog").getByRole("button", { name: "Apply" }).click();
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.getByText(/is in force for .* more/).waitFor({ state: "detached" });
    await until("the file holds it", () => gateway.text() === edited);
    traffic.close();

    await page.getByRole("button", { name: "History" }).click();
    await page.locator(".versions .link").last().click();
    await page.getByRole("button", { name: "Roll back to it" }).click();
    await until("the first version is in force", async () => (await inForce(gateway)) === before);
    await page.getByRole("button", { name: "Audit" }).click();
    await page.getByText("PUT config", { exact: false }).first().waitFor();
    await page.close();
  });

  test("tells of a change that somebody else made, and loses no edit", async () => {
    const gateway = await start();
    const page = await open(gateway, "config");
    await page.locator("[data-editor] .cm-line").first().waitFor();
    const mine = gateway.text().replace("path: /ping", "path: /mine");
    await write(page, mine);
    const other = gateway.text().replace("path: /ping", "path: /other");
    const answer = await fetch(`${gateway.admin}/api/v1/config`, {
      method: "PUT",
      body: other,
      headers: { "content-type": "application/yaml", "if-match": "*" },
    });
    expect(answer.status).toBe(200);
    await page.getByText(/Version \d+ is in force now/).waitFor();
    expect(await page.locator("[data-editor] .cm-content").innerText()).toContain("/mine");
    await page.getByRole("button", { name: "Load it, drop my edit" }).click();
    await until("the other text is there", async () =>
      (await page.locator("[data-editor] .cm-content").innerText()).includes("/other"),
    );
    await page.close();
  });

  test("asks for the token, refuses a wrong one, and lets who may only read change nothing", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the config's own variables
    const gateway = await start(", token: '${file:token}', readToken: '${file:read}'", {
      token: "the-full-token-0123456789",
      read: "the-read-token-0123456789",
    });
    const page = await open(gateway, "overview");
    await page.getByLabel("Token").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This token is not one of the config in force.").waitFor();
    await page.getByLabel("Token").fill("the-read-token-0123456789");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Live, ready").waitFor();
    await page.getByText("read only").waitFor();
    await page.goto(`${gateway.admin}/#/upstreams/orders`);
    expect(await page.getByRole("button", { name: "Drain" }).first().isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Token").fill("the-full-token-0123456789");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Live, ready").waitFor();
    await page.reload();
    await page.getByText("Live, ready").waitFor();
    expect(await page.evaluate(() => JSON.stringify(Object.entries(localStorage)) + document.cookie)).not.toContain(
      "token-0123456789",
    );
    expect(await page.getByRole("button", { name: "Drain" }).first().isEnabled()).toBe(true);
    await page.close();
  });
});
