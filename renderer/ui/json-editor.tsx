import { indentUnit } from '@codemirror/language';
import { setDiagnostics, type Diagnostic } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, type ReactNode } from 'react';
import { jsonLanguage } from './json-language.ts';
import { useEditor } from './use-editor.ts';
import { told } from './told/told.ts';

/** A place to go to, from 1; a new object goes there again. */
export type Place = { line: number; column: number };
/** What is wrong at a place, and where that is in the JSON, or with what code. */
export type Problem = Place & { path: string; reason: string };

const json = [indentUnit.of('  '), jsonLanguage()];

/** An editor of JSON that shows where it is wrong. */
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
  const { host, editor } = useEditor({ label, text, language: json, onChange });

  useEffect(() => {
    const view = editor.current;
    if (view === null) return;
    const found = problems.flatMap((each) => asDiagnostic(view.state.doc, each));
    view.dispatch(setDiagnostics(view.state, found));
  }, [editor, problems, text, label]);

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
  }, [editor, place]);

  return <div ref={host} className={testId} data-testid={testId} />;
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
  return [{ from, to, severity: 'error', source: problem.path, message: told(problem.reason) }];
}
