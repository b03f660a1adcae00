import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, type Text } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useRef, type ReactNode } from 'react';
import { editorTheme } from './editor-theme.ts';
import { editorWords } from './editor-words.ts';
import { jsonLanguage } from './json-language.ts';

/** A place to go to, from 1; a new object goes there again. */
export type Place = { line: number; column: number };
/** What is wrong at a place, and where that is in the JSON, or with what code. */
export type Problem = Place & { path: string; reason: string };

/** CodeMirror over JSON. In a shadow root, for the reason that the editor of Trust gives. */
export function JsonEditor(props: {
  label: string;
  /** Also its class: whoever has room for it says how much. */
  testId: string;
  text: string;
  problems: readonly Problem[];
  place: Place | null;
  onChange: (text: string) => void;
}): ReactNode {
  const { label, testId, text, problems, place, onChange } = props;
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  useEffect(() => {
    changed.current = onChange;
  }, [onChange]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const view = new EditorView({
      parent: root,
      root,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        editorWords(),
        indentUnit.of('  '),
        jsonLanguage(),
        editorTheme,
        keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({
          'aria-label': label,
          spellcheck: 'false',
          tabindex: '0',
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed.current(update.state.doc.toString());
        }),
      ],
    });
    editor.current = view;
    return () => {
      editor.current = null;
      view.destroy();
    };
  }, [label]);

  useEffect(() => {
    const view = editor.current;
    if (view === null || view.state.doc.toString() === asStored(text)) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [text, label]);

  useEffect(() => {
    const view = editor.current;
    if (view === null) return;
    const found = problems.flatMap((each) => asDiagnostic(view.state.doc, each));
    view.dispatch(setDiagnostics(view.state, found));
  }, [problems, text, label]);

  useEffect(() => {
    const view = editor.current;
    if (view === null || place === null) return;
    const at = offsetOf(view.state.doc, place);
    if (at === null) return;
    view.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(at, { y: 'center' }),
    });
    view.focus();
  }, [place]);

  return <div ref={host} className={testId} data-testid={testId} />;
}

/** The text as the editor counts it: one character for each end of line. */
function asStored(text: string): string {
  return EditorState.create({ doc: text }).doc.toString();
}

/** Null for a place of a text that has been cut shorter since. */
function offsetOf(doc: Text, { line, column }: Place): number | null {
  if (line < 1 || line > doc.lines) return null;
  const { from, to } = doc.line(line);
  return Math.min(to, from + Math.max(0, column - 1));
}

function asDiagnostic(doc: Text, problem: Problem): Diagnostic[] {
  const from = offsetOf(doc, problem);
  if (from === null) return [];
  // The rest of the word: a place alone would not be seen.
  const rest = /^("(?:[^"\\]|\\.)*"|[\w.+-]+|.)/.exec(doc.sliceString(from, doc.lineAt(from).to));
  const to = from + (rest?.[0].length ?? 0);
  return [{ from, to, severity: 'error', source: problem.path, message: problem.reason }];
}
