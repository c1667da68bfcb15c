import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "vitest";
import { Backend, Gateway, openBrowser, PATHS, shop, Traffic, write } from "./rig";

// npm run shots: pictures of all pages against a gateway with traffic. SHOTS is the folder, ONLY a list of pages.
const folder = process.env.SHOTS ?? "target/shots";
const only = process.env.ONLY?.split(",");

/** A plan of it has something to tell. */
function changed(config: string): string {
  return config
    .replace("split: { orders: 95, catalog: 5 }", "split: { orders: 80, catalog: 20 }")
    .replace("path: /slow/**", "path: /reports/**")
    .replace("connections: { max: 4 }", "connections: { max: 16 }");
}

test("takes pictures", { timeout: 600_000 }, async () => {
  mkdirSync(folder, { recursive: true });
  const backends = [await new Backend().open(), await new Backend().open(), await new Backend().open()];
  const gateway = await Gateway.start(shop(backends));
  const traffic = new Traffic(gateway.web);
  const browser = await openBrowser();
  try {
    await traffic.park(1500);
    traffic.run([...PATHS, ...PATHS, ...PATHS, "/billing/1"], 4);
    const pages: [string, string][] = [
      ["overview", "#/overview"],
      ["routes", "#/routes"],
      ["route", "#/routes/orders-api"],
      ["explain", "#/routes/explain?url=http://shop.example.com/beta/7"],
      ["upstreams", "#/upstreams"],
      ["connections", "#/connections"],
      ["config", "#/config"],
      ["live", "#/live"],
      ["failures", "#/live/failures"],
    ];
    for (const [theme, size] of [
      ["light", { width: 1380, height: 880 }],
      ["dark", { width: 1380, height: 880 }],
      ["phone", { width: 390, height: 844 }],
    ] as const) {
      const context = await browser.newContext({
        viewport: size,
        colorScheme: theme === "dark" ? "dark" : "light",
        deviceScaleFactor: 1,
      });
      const page = await context.newPage();
      page.on("console", (message) => message.type() === "error" && console.log(theme, message.text()));
      page.on("pageerror", (error) => console.log(theme, "pageerror", error.message));
      await page.goto(gateway.admin);
      await page.waitForTimeout(theme === "light" ? 25_000 : 8_000);
      for (const [name, hash] of pages) {
        if (only && !only.includes(name)) {
          continue;
        }
        await page.goto(`${gateway.admin}/${hash}`);
        await page.waitForTimeout(3_000);
        if (name === "config") {
          await write(page, changed(gateway.text()));
          await page.getByRole("button", { name: "Plan", exact: true }).first().click();
          await page.waitForTimeout(2_000);
        }
        writeFileSync(`${folder}/${name}-${theme}.png`, await page.screenshot());
      }
      await context.close();
    }
  } finally {
    await browser.close();
    traffic.close();
    await gateway.close();
    for (const backend of backends) {
      await backend.close();
    }
  }
});
