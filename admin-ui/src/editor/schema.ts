// What the JSON Schema of the config knows about a place in the text: which keys, which values, what they are.

export interface Schema {
  $ref?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $defs?: Record<string, Schema>;
}

/** Where the cursor stands. */
export interface Spot {
  /** Keys from the top; `[]` is an item of a list. */
  path: string[];
  kind: "key" | "value";
  /** What was typed of it, and where that begins. */
  typed: string;
  from: number;
  /** Keys that stand beside it. */
  beside: string[];
}

export interface Word {
  label: string;
  detail: string;
  info: string;
  /** What is put in; keys come with their colon. */
  apply: string;
}

interface Lead {
  dashes: number[];
  column: number;
  rest: string;
}

function lead(line: string): Lead {
  let column = line.length - line.trimStart().length;
  const dashes: number[] = [];
  let rest = line.slice(column);
  for (let dash = /^-(\s+|$)/.exec(rest); dash; dash = /^-(\s+|$)/.exec(rest)) {
    dashes.push(column);
    column += dash[0].length;
    rest = rest.slice(dash[0].length);
  }
  return { dashes, column, rest };
}

const KEY = /^("[^"]*"|'[^']*'|[^\s#:{}[\],&*!|>'"%@`][^\s:]*)\s*:(?=\s|$)/;

function keyOf(rest: string): string | null {
  const match = KEY.exec(rest);
  return match?.[1] ? match[1].replace(/^["']|["']$/g, "") : null;
}

/** Reads the text above the cursor, as far as it is written like most YAML: blocks by indentation, and flow maps in a line. */
export function spot(text: string, at: number): Spot | null {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const before = text.slice(start, at);
  if (/(^|\s)#/.test(before.replace(/"[^"]*"|'[^']*'/g, ""))) {
    return null;
  }
  const own = lead(before);
  const lines = text.slice(0, start).split("\n").slice(0, -1);
  const flow = inFlow(own.rest);
  const key = keyOf(own.rest);
  const column = own.rest === "" && own.dashes.length === 0 ? before.length : own.column;
  const { path, beside } = above(lines, own.dashes, column);
  beside.push(...below(text.slice(at).split("\n").slice(1), column, own.dashes.length > 0));
  if (flow) {
    const from = at - flow.typed.length;
    return { path: [...path, ...flow.path], kind: flow.kind, typed: flow.typed, from, beside: flow.beside };
  }
  if (key !== null) {
    const typed = own.rest.slice(KEY.exec(own.rest)?.[0].length ?? 0).trimStart();
    return /^\s/.test(own.rest.slice(KEY.exec(own.rest)?.[0].length ?? 0))
      ? { path: [...path, key], kind: "value", typed, from: at - typed.length, beside: [] }
      : null;
  }
  return { path, kind: "key", typed: own.rest, from: at - own.rest.length, beside };
}

/** The keys that lead to a line, and those beside it above. */
function above(lines: string[], dashes: number[], start: number): { path: string[]; beside: string[] } {
  const path: string[] = [];
  const beside: string[] = [];
  let column = start;
  let atDash = false;
  const items = (of: number[]): void => {
    for (const dash of [...of].reverse()) {
      path.unshift("[]");
      column = dash;
      atDash = true;
    }
  };
  items(dashes);
  const deep = dashes.length === 0;
  let level = true;
  for (let i = lines.length - 1; i >= 0 && (column > 0 || atDash); i--) {
    const line = lines[i] ?? "";
    if (/^\s*(#|$)/.test(line)) {
      continue;
    }
    const each = lead(line);
    const key = keyOf(each.rest);
    const first = each.dashes[0];
    if (deep && level && key !== null && each.column === start) {
      beside.push(key);
      if (first !== undefined && first < column) {
        items(each.dashes.filter((dash) => dash < column));
        level = false;
      }
    } else if (
      key !== null &&
      (each.column < column || (atDash && each.column === column && each.dashes.length === 0))
    ) {
      path.unshift(key);
      column = each.column;
      atDash = false;
      level = false;
      items(each.dashes);
    } else if (first !== undefined && first < column && !atDash) {
      items(each.dashes.filter((dash) => dash < column));
      level = false;
    }
  }
  if (level && deep && start === 0) {
    for (const line of lines) {
      const key = /^\s/.test(line) ? null : keyOf(line);
      if (key !== null && !beside.includes(key)) {
        beside.push(key);
      }
    }
  }
  return { path, beside };
}

function below(lines: string[], column: number, item: boolean): string[] {
  const keys: string[] = [];
  for (const line of lines) {
    if (/^\s*(#|$)/.test(line)) {
      continue;
    }
    const each = lead(line);
    if (each.column < column || each.dashes.length > 0) {
      break;
    }
    const key = keyOf(each.rest);
    if (each.column === column && key !== null) {
      keys.push(key);
    }
  }
  return item && keys.length === 0 ? [] : keys;
}

interface Open {
  map: boolean;
  key: string | null;
  keys: string[];
}

/** The place within `{ ... }` and `[ ... ]` that are open at the end of the line. */
function inFlow(rest: string): { path: string[]; kind: "key" | "value"; typed: string; beside: string[] } | null {
  const stack: Open[] = [];
  let word = "";
  let quote = "";
  let outer = keyOf(rest);
  for (let i = 0; i < rest.length; i++) {
    const c = rest[i] ?? "";
    const top = stack.at(-1);
    if (quote) {
      quote = c === quote ? "" : quote;
      word += c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word += c;
    } else if (c === "{" || c === "[") {
      stack.push({ map: c === "{", key: null, keys: [] });
      word = "";
    } else if ((c === "}" || c === "]") && top) {
      stack.pop();
      word = "";
    } else if (c === "," && top) {
      top.key = null;
      word = "";
    } else if (c === ":" && top?.map && top.key === null && /[\s{[]|$/.test(rest[i + 1] ?? "")) {
      top.key = word.trim().replace(/^["']|["']$/g, "");
      top.keys.push(top.key);
      word = "";
    } else {
      word += c;
    }
  }
  const last = stack.at(-1);
  if (!last) {
    return null;
  }
  if (outer === null) {
    outer = "";
  }
  const path = outer === "" ? [] : [outer];
  stack.forEach((open, i) => {
    if (!open.map) {
      path.push("[]");
    } else if (open.key !== null && (i < stack.length - 1 || open === last)) {
      path.push(open.key);
    }
  });
  const value = !last.map || last.key !== null;
  return { path, kind: value ? "value" : "key", typed: word.trimStart(), beside: last.keys };
}

/** All that may stand at a place: references followed, choices spread out. */
export function at(root: Schema, path: string[]): Schema[] {
  let nodes = spread(root, root);
  for (const step of path) {
    nodes = nodes.flatMap((node) => {
      if (step === "[]") {
        return node.items ? spread(root, node.items) : [];
      }
      const named = node.properties?.[step];
      if (named) {
        return spread(root, named);
      }
      return typeof node.additionalProperties === "object" ? spread(root, node.additionalProperties) : [];
    });
  }
  return nodes;
}

function spread(root: Schema, node: Schema, depth = 0): Schema[] {
  if (depth > 12) {
    return [];
  }
  const nodes: Schema[] = [node];
  if (node.$ref) {
    const target = root.$defs?.[node.$ref.replace("#/$defs/", "")];
    if (target) {
      nodes.push(...spread(root, target, depth + 1));
    }
  }
  for (const choice of [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])]) {
    nodes.push(...spread(root, choice, depth + 1));
  }
  return nodes;
}

/** What is said of a place; of its first part that has words. */
export function description(root: Schema, path: string[]): string | null {
  return at(root, path).find((node) => node.description)?.description ?? null;
}

function isSection(nodes: Schema[]): boolean {
  return nodes.some((node) => node.properties || typeof node.additionalProperties === "object");
}

/** What may be typed there. */
export function words(root: Schema, where: Spot): Word[] {
  const nodes = at(root, where.path);
  return where.kind === "key" ? keys(root, nodes, where) : values(nodes);
}

function keys(root: Schema, nodes: Schema[], where: Spot): Word[] {
  const found = new Map<string, Word>();
  for (const node of nodes) {
    for (const [name, schema] of Object.entries(node.properties ?? {})) {
      if (!found.has(name) && !where.beside.includes(name)) {
        const inner = spread(root, schema);
        const text = inner.find((each) => each.description)?.description ?? "";
        const [info = "", kind = ""] = text.split(" Value: ");
        found.set(name, {
          label: name,
          detail: [
            node.required?.includes(name) ? "required" : "",
            isSection(inner) ? "section" : kind.replace(/\.$/, ""),
          ]
            .filter(Boolean)
            .join(", "),
          info: schema.default === undefined ? info : `${info} Default: ${String(schema.default)}.`,
          apply: `${name}: `,
        });
      }
    }
  }
  return [...found.values()];
}

function values(nodes: Schema[]): Word[] {
  const found = new Map<string, Word>();
  const add = (value: unknown, detail: string): void => {
    if (value !== null && typeof value !== "object" && !found.has(String(value))) {
      found.set(String(value), { label: String(value), detail, info: "", apply: String(value) });
    }
  };
  for (const node of nodes) {
    for (const value of node.enum ?? []) {
      add(value, "");
    }
    if (node.const !== undefined) {
      add(node.const, "");
    }
    if (node.type === "boolean" || (Array.isArray(node.type) && node.type.includes("boolean"))) {
      add(true, "");
      add(false, "");
    }
    if (node.default !== undefined) {
      add(node.default, "default");
    }
    for (const value of node.examples ?? []) {
      add(value, "example");
    }
  }
  return [...found.values()];
}

/** The key at a place, with the path that leads to it; for the words that are shown while the mouse rests on it. */
export function keyAt(text: string, position: number): { path: string[]; from: number; to: number } | null {
  const start = text.lastIndexOf("\n", position - 1) + 1;
  const end = text.indexOf("\n", position);
  const line = text.slice(start, end < 0 ? undefined : end);
  for (const match of line.matchAll(/[A-Za-z][\w-]*(?=\s*:(\s|$))/g)) {
    const from = start + match.index;
    const to = from + match[0].length;
    if (position >= from && position <= to) {
      const where = spot(text, from);
      return where ? { path: [...where.path, match[0]], from, to } : null;
    }
  }
  return null;
}
