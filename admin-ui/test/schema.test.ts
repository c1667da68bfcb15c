import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { description, keyAt, type Schema, spot, words } from "../src/editor/schema";

const schema = JSON.parse(readFileSync(new URL("../../config/sluice.schema.json", import.meta.url), "utf8")) as Schema;

/** The place of the | in a text. */
function at(marked: string) {
  const position = marked.indexOf("|");
  return spot(marked.replace("|", ""), position);
}

function labels(marked: string): string[] {
  const where = at(marked);
  return where === null ? [] : words(schema, where).map((word) => word.label);
}

test("knows the path by indentation", () => {
  expect(at("upstreams:\n  demo:\n    connections:\n      m|")).toMatchObject({
    path: ["upstreams", "demo", "connections"],
    kind: "key",
    typed: "m",
  });
  expect(at("routes:\n  - name: a\n    match:\n      pa|")?.path).toEqual(["routes", "[]", "match"]);
  expect(at("routes:\n  - name: a\n    t|")).toMatchObject({ path: ["routes", "[]"], beside: ["name"] });
  expect(at("routes:\n- name: a\n  t|")?.path).toEqual(["routes", "[]"]);
  expect(at("routes:\n  - na|")?.path).toEqual(["routes", "[]"]);
  expect(at("a:\n  b: 1\n\n# words\nlis|")).toMatchObject({ path: [], beside: ["a"] });
});

test("knows the path within maps on one line", () => {
  expect(at("upstreams:\n  demo:\n    connections: { max: 5, qu|")).toMatchObject({
    path: ["upstreams", "demo", "connections"],
    kind: "key",
    typed: "qu",
    beside: ["max"],
  });
  expect(at("routes:\n  - { name: a, match: { path: /, me|")?.path).toEqual(["routes", "[]", "match"]);
  expect(at("routes:\n  - { name: a, match: { path: / }, t|")).toMatchObject({
    path: ["routes", "[]"],
    beside: ["name", "match"],
  });
});

test("knows a value from a key", () => {
  expect(at("transport: e|")).toMatchObject({ path: ["transport"], kind: "value", typed: "e" });
  expect(at("upstreams:\n  x: { protocol: h|")).toMatchObject({ path: ["upstreams", "x", "protocol"], kind: "value" });
});

test("offers nothing within a comment", () => {
  expect(at("upstreams: # wor|")).toBeNull();
});

test("offers the keys of a section that are not there yet", () => {
  expect(labels("lis|")).toContain("listeners");
  expect(labels("listeners:\n  web:\n    bind: :80\n\nli|")).not.toContain("listeners");
  expect(labels("routes:\n  - name: x\n    |\n    to: y")).not.toContain("to");
  expect(labels("routes:\n  - name: x\n    |")).toEqual(expect.arrayContaining(["match", "to", "redirect", "respond"]));
  expect(labels("upstreams:\n  demo:\n    connections: { |")).toEqual(
    expect.arrayContaining(["max", "queue", "queueTimeout"]),
  );
});

test("offers the words that a value may be", () => {
  expect(labels("transport: |")).toEqual(expect.arrayContaining(["auto", "epoll", "io_uring"]));
  expect(labels("upstreams:\n  x:\n    protocol: |")).toEqual(expect.arrayContaining(["http1", "h2"]));
});

test("says what a key is", () => {
  expect(description(schema, ["upstreams", "any", "connections", "max"])).toBeTruthy();
  expect(description(schema, ["nothing", "here"])).toBeNull();
  const text = "upstreams:\n  demo:\n    connections: { max: 5 }\n";
  expect(keyAt(text, text.indexOf("max") + 1)?.path).toEqual(["upstreams", "demo", "connections", "max"]);
});

test("takes any place in the example config without failing", () => {
  const text = readFileSync(new URL("../../config/sluice.yaml", import.meta.url), "utf8");
  for (let position = 0; position <= text.length; position += 7) {
    const where = spot(text, position);
    if (where) {
      words(schema, where);
    }
  }
});

test("knows the section of each key of the examples", () => {
  const text = readFileSync(new URL("../../config/sluice.yaml", import.meta.url), "utf8");
  for (const key of ["timeouts", "queueTimeout", "location", "status", "match", "bind"]) {
    const found = keyAt(text, text.indexOf(`${key}:`) + 1);
    expect(found && description(schema, found.path), key).toBeTruthy();
  }
});
