import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  StreamLanguage,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef, type ReactNode } from 'react';
import type { RefusalView } from '#core/contract';
import type { ProblemPlace } from '../../state/profile-problem.ts';
import { editorTheme } from '../../ui/editor-theme.ts';

/** Colours only; what is right and what is wrong, the bench says. */
const json = StreamLanguage.define({
  name: 'json',
  startState: () => ({}),
  token: (stream) => {
    if (stream.eatSpace()) return null;
    if (stream.match(/"(?:[^"\\]|\\.)*"(?=\s*:)/)) return 'propertyName';
    if (stream.match(/"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/-?\d[\d.eE+-]*/)) return 'number';
    if (stream.match(/true|false|null/)) return 'atom';
    stream.next();
    return null;
  },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--tone-warn)' },
  { tag: [tags.number, tags.atom], color: 'var(--tone-ok)' },
]);

/** A text of JSON with the place of its first problem marked; in a shadow root, see the ACL editor. */
export function JsonEditor(props: {
  label: string;
  /** What it begins with. */
  text: string;
  problem: (ProblemPlace & { refusal: RefusalView }) | null;
  onChange: (text: string) => void;
}): ReactNode {
  const { label, text, problem, onChange } = props;
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
      doc: text,
      parent: root,
      root,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        indentOnInput(),
        bracketMatching(),
        json,
        syntaxHighlighting(colours),
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
  }, [label, text]);

  const [line, column] = [problem?.line ?? null, problem?.column ?? 1];
  const says = problem === null ? '' : problem.refusal.reason;
  const code = problem === null ? '' : problem.refusal.code;
  useEffect(() => {
    const view = editor.current;
    if (view === null) return;
    const { doc } = view.state;
    if (line === null || line < 1 || line > doc.lines) {
      view.dispatch(setDiagnostics(view.state, []));
      return;
    }
    const at = doc.line(line);
    const from = Math.min(at.to, at.from + Math.max(0, column - 1));
    view.dispatch(
      setDiagnostics(view.state, [
        { from, to: at.to, severity: 'error', source: code, message: says },
      ]),
      { effects: EditorView.scrollIntoView(from, { y: 'center' }) },
    );
  }, [line, column, says, code, text]);

  return <div ref={host} className="json-editor" data-testid="json-editor" />;
}
