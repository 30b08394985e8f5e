// The code editor's engine; loaded only where code is written.
import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap, type DecorationSet } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";

const markLine = StateEffect.define<number | null>();
const wrongLine = Decoration.line({ class: "cm-wrong-line" });

const wrongLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, transaction) => {
    const effect = transaction.effects.find((one) => one.is(markLine));
    if (!effect) return marks.map(transaction.changes);
    const line = effect.value;
    const { doc } = transaction.state;
    return line === null || line < 1 || line > doc.lines ? Decoration.none : Decoration.set([wrongLine.range(doc.line(line).from)]);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--hl-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--hl-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--hl-number)" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName), tags.className], color: "var(--hl-title)" },
  { tag: [tags.comment, tags.meta], color: "var(--hl-comment)" },
]);

const look = EditorView.theme({
  "&": { backgroundColor: "var(--surface)", color: "var(--foreground)", fontSize: "13px", height: "100%" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted-foreground)", borderRight: "1px solid var(--border)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in oklab, var(--foreground) 4%, transparent)" },
  ".cm-content": { caretColor: "var(--foreground)" },
  ".cm-cursor": { borderLeftColor: "var(--foreground)" },
  "&.cm-focused": { outline: "none" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { background: "color-mix(in oklab, var(--primary) 25%, transparent)" },
  ".cm-wrong-line": { backgroundColor: "var(--danger-soft)" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--surface)", color: "var(--foreground)", border: "1px solid var(--border)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--primary-soft)", color: "var(--foreground)" },
});

interface EditorOptions {
  parent: HTMLElement;
  code: string;
  label: string;
  readOnly: boolean;
  onChange: (code: string) => void;
}

export interface CodeHandle {
  set: (code: string) => void;
  mark: (line: number | null) => void;
  destroy: () => void;
}

/** Tab indents; Escape, then Tab, leaves the editor, as CodeMirror does everywhere. */
export function openEditor({ parent, code, label, readOnly, onChange }: EditorOptions): CodeHandle {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: code,
      extensions: [
        basicSetup,
        keymap.of([indentWithTab]),
        python(),
        indentUnit.of("    "),
        syntaxHighlighting(colours),
        look,
        wrongLines,
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    set: (next) => {
      if (next !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    mark: (line) => view.dispatch({ effects: markLine.of(line) }),
    destroy: () => view.destroy(),
  };
}
