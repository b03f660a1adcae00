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
import type { ScenarioProblem } from '#core/contract';
import { editorTheme } from '../../ui/editor-theme.ts';
import { jsonLanguage } from './json-language.ts';

/** A place to go to; a new object goes there again. */
export type Place = { line: number; column: number };

/** CodeMirror over a scenario. In a shadow root, for the reason that the editor of Trust gives. */
export function JsonEditor(props: {
  text: string;
  problems: readonly ScenarioProblem[];
  place: Place | null;
  onChange: (text: string) => void;
}): ReactNode {
  const { text, problems, place, onChange } = props;
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
        indentUnit.of('  '),
        jsonLanguage(),
        editorTheme,
        keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({
          'aria-label': 'Scenario, JSON',
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
  }, []);

  useEffect(() => {
    const view = editor.current;
    if (view === null || view.state.doc.toString() === asStored(text)) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const view = editor.current;
    if (view === null) return;
    const found = problems.flatMap((each) => asDiagnostic(view.state.doc, each));
    view.dispatch(setDiagnostics(view.state, found));
  }, [problems, text]);

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

  return <div ref={host} className="lab-editor" data-testid="lab-editor" />;
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

function asDiagnostic(doc: Text, problem: ScenarioProblem): Diagnostic[] {
  const from = offsetOf(doc, problem);
  if (from === null) return [];
  // The rest of the word: a place alone would not be seen.
  const rest = /^("(?:[^"\\]|\\.)*"|[\w.+-]+|.)/.exec(doc.sliceString(from, doc.lineAt(from).to));
  const to = from + (rest?.[0].length ?? 0);
  return [{ from, to, severity: 'error', source: problem.path, message: problem.reason }];
}
