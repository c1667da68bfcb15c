import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Gateway, missing, openBrowser, until } from "./rig";

const ROUTES = 10_000;
/** Of 36 pixels each in a window 880 high, with those drawn beyond what is seen. */
const MOST_ROWS = 60;
const MOST_ELEMENTS = 3_000;

let browser: Browser;
let gateway: Gateway;

/** Backwards, so that the order of the file is not that of the names: the last route is route-0000. */
function many(admin: number, web: number): string {
  const routes = Array.from({ length: ROUTES }, (_, i) => {
    const number = String(ROUTES - 1 - i).padStart(4, "0");
    return `  - { name: route-${number}, match: { path: '/r/${number}/**' }, respond: { status: 204 } }`;
  });
  return [
    `admin: { bind: '127.0.0.1:${admin}' }`,
    `listeners: { web: { bind: '127.0.0.1:${web}' } }`,
    "routes:",
    ...routes,
    "",
  ].join("\n");
}

const rows = (page: Page) => page.locator("tbody tr.hit");
const rowCount = (page: Page): Promise<string | null> => page.locator("table.fixed").getAttribute("aria-rowcount");

async function open(hash: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1380, height: 880 } });
  await page.goto(`${gateway.admin}/#/${hash}`);
  await page.getByText("Live, ready").waitFor();
  return page;
}

describe.skipIf(missing() !== null)("the dashboard, with ten thousand routes", () => {
  beforeAll(async () => {
    gateway = await Gateway.start(many);
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  test("draws only the rows that are seen, and finds the last one by key and by search", async () => {
    const page = await open("routes");
    await rows(page).first().waitFor();
    expect(await rowCount(page)).toBe(String(ROUTES + 1));
    expect(await rows(page).count()).toBeLessThanOrEqual(MOST_ROWS);
    expect(await rows(page).first().innerText()).toContain("route-9999");

    await page.getByRole("region", { name: "Routes, one a row" }).focus();
    await page.keyboard.press("End");
    const last = page.locator('tbody tr[aria-selected="true"]');
    await last.waitFor();
    expect(await last.innerText()).toContain("route-0000");
    expect(await last.getAttribute("aria-rowindex")).toBe(String(ROUTES + 1));
    expect(await rows(page).count()).toBeLessThanOrEqual(MOST_ROWS);

    await page.keyboard.press("/");
    await page.keyboard.type("r/0000");
    await until("one row", async () => (await rows(page).count()) === 1);
    expect(await rows(page).first().innerText()).toContain("route-0000");
    await page.close();
  });

  test("filters and sorts them", async () => {
    expect((await fetch(`${gateway.web}/r/1234/a`)).status).toBe(204);
    const page = await open("routes");
    await page.getByRole("button", { name: /^Never hit/ }).click();
    await until("all but one", async () => (await rowCount(page)) === String(ROUTES));
    expect(await rows(page).count()).toBeLessThanOrEqual(MOST_ROWS);
    await page.getByRole("button", { name: /^All/ }).click();
    await page.getByRole("button", { name: "Requests", exact: true }).click();
    await until("the one that was hit is first", async () =>
      (await rows(page).first().innerText()).includes("route-1234"),
    );
    await page.getByRole("button", { name: "Route", exact: true }).click();
    await until("sorted by name", async () => (await rows(page).first().innerText()).includes("route-0000"));
    expect(await rows(page).count()).toBeLessThanOrEqual(MOST_ROWS);
    await page.close();
  });

  test("draws no more of them on the overview than fit", async () => {
    const page = await open("overview");
    await page.getByText(/^9,?9\d\d more$/).waitFor();
    expect(await page.locator("body *").count()).toBeLessThanOrEqual(MOST_ELEMENTS);
    await page.close();
  });
});
