import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import root from "../../../config/sluice.schema.json";
import type { Problem } from "../lib/types";
import { description, keyAt, type Schema, spot, words } from "./schema";

const schema = root as unknown as Schema;

// Colours are those of the page: custom properties reach into the shadow tree.
const look = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", color: "var(--text)", backgroundColor: "var(--surface)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--accent)", paddingBottom: "40vh" },
  ".cm-cursor": { borderLeftColor: "var(--accent)" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-weak) 35%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-weak)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--text)",
    border: "1px solid var(--line-strong)",
    borderRadius: "7px",
    maxWidth: "440px",
    fontSize: "12.5px",
  },
  ".cm-tooltip-hover > div, .cm-tooltip.cm-completionInfo": { padding: "7px 10px", whiteSpace: "pre-wrap" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "3px 8px", lineHeight: "1.5" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { color: "var(--muted)", marginLeft: "1em" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--bad) 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-diagnostic": { fontFamily: "var(--sans)", padding: "6px 10px" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
});

const colors = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--warn)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: "var(--info)" },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: "var(--muted)" },
]);

function complete(context: CompletionContext): CompletionResult | null {
  const where = spot(context.state.doc.toString(), context.pos);
  if (where === null || (!context.explicit && where.kind === "key" && where.typed === "")) {
    return null;
  }
  const options = words(schema, where).map((word) => ({
    label: word.label,
    detail: word.detail,
    apply: word.apply,
    type: where.kind === "key" ? "property" : "constant",
    ...(word.info ? { info: word.info } : {}),
  }));
  return options.length === 0 ? null : { from: where.from, options, validFor: /^[\w.-]*$/ };
}

const hover = hoverTooltip((view, position) => {
  const key = keyAt(view.state.doc.toString(), position);
  const text = key ? description(schema, key.path) : null;
  if (key === null || text === null) {
    return null;
  }
  return {
    pos: key.from,
    end: key.to,
    above: true,
    create: () => {
      const dom = document.createElement("div");
      dom.textContent = `${key.path.join(".").replaceAll(".[]", "[]")}\n${text}`;
      return { dom };
    },
  };
});

export interface Editor {
  text: () => string;
  replace: (text: string) => void;
  problems: (problems: Problem[]) => void;
  go: (line: number, column: number) => void;
  close: () => void;
}

/**
 * Opens an editor in an element. It lives in a shadow tree: there its styles are adopted sheets, which the page's
 * Content-Security-Policy allows, while style elements are not.
 */
export function edit(host: HTMLElement, text: string, readOnly: boolean, changed: (text: string) => void): Editor {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const view = new EditorView({
    root: shadow,
    parent: shadow,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        bracketMatching(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        indentUnit.of("  "),
        yaml(),
        autocompletion({ override: [complete] }),
        hover,
        look,
        syntaxHighlighting(colors),
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({ "aria-label": "Config, YAML", spellcheck: "false", tabindex: "0" }),
        keymap.of([
          ...completionKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...lintKeymap,
          ...defaultKeymap,
          { ...indentWithTab, key: "Ctrl-]" },
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            changed(update.state.doc.toString());
          }
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    replace: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    problems: (problems) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.flatMap((problem) => diagnostic(view.state, problem)),
        ),
      ),
    go: (line, column) => {
      const { from, to } = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
      const at = Math.min(from + Math.max(column - 1, 0), to);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

function diagnostic(state: EditorState, problem: Problem): Diagnostic[] {
  if (problem.line < 1 || problem.line > state.doc.lines) {
    return [];
  }
  const line = state.doc.line(problem.line);
  const from = Math.min(line.from + Math.max(problem.column - 1, 0), line.to);
  const word = /^[\w.-]+|^\S+/.exec(line.text.slice(from - line.from))?.[0].length ?? 0;
  return [
    {
      from,
      to: Math.min(from + Math.max(word, 1), line.to),
      severity: "error",
      message: problem.hint ? `${problem.message} (${problem.hint})` : problem.message,
    },
  ];
}
