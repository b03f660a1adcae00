import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState, StateEffect, StateField, type Text } from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  type DecorationSet,
} from '@codemirror/view';
import { useEffect, useRef, type ReactNode } from 'react';
import type { AclDiagnostic } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { aclLanguage } from './acl-language.ts';
import { editorTheme } from '../../ui/editor-theme.ts';
import { editorWords } from '../../ui/editor-words.ts';

/**
 * CodeMirror over one text. It lives in a shadow root: there it takes its styles from a
 * constructed sheet, while in the document it would write a <style>, which the content policy
 * refuses.
 */
export function AclEditor(props: {
  text: string;
  diagnostics: readonly AclDiagnostic[];
  /** The line that decides the chosen cell, from 1. */
  line: number | null;
  onChange: (text: string) => void;
}): ReactNode {
  const { text, diagnostics, line, onChange } = props;
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
        aclLanguage(),
        decidingLine,
        editorTheme,
        keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({
          'aria-label': t('trust:rules.editor'),
          spellcheck: 'false',
          // A text field is a stop for Tab anyhow; checkers only believe it when it is written.
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
    const { doc } = view.state;
    const found = diagnostics.flatMap((each) => asDiagnostic(doc, each));
    view.dispatch(setDiagnostics(view.state, found));
  }, [diagnostics]);

  useEffect(() => {
    const view = editor.current;
    if (view === null) return;
    const at = line !== null && line <= view.state.doc.lines ? view.state.doc.line(line) : null;
    view.dispatch({
      effects: [
        pointAt.of(at?.from ?? null),
        ...(at ? [EditorView.scrollIntoView(at.from, { y: 'nearest', yMargin: 40 })] : []),
      ],
    });
  }, [line, text]);

  return <div ref={host} className="acl-editor" data-testid="acl-editor" />;
}

/** The text as the editor counts it: one character for each end of line. */
function asStored(text: string): string {
  return EditorState.create({ doc: text }).doc.toString();
}

/** The doctor's places may be of a text one keystroke older: what is outside is left out. */
function asDiagnostic(doc: Text, found: AclDiagnostic): Diagnostic[] {
  if (found.line < 1 || found.line > doc.lines) return [];
  const line = doc.line(found.line);
  const from = Math.min(line.to, line.from + Math.max(0, found.column - 1));
  const to = Math.min(line.to, from + found.length);
  const { code, severity, message, next } = found;
  return [{ from, to, severity, source: code, message: `${message}. ${next}` }];
}

const pointAt = StateEffect.define<number | null>();
const pointed = Decoration.line({ class: 'cm-deciding' });

const decidingLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marks, transaction) => {
    for (const effect of transaction.effects) {
      if (!effect.is(pointAt)) continue;
      return effect.value === null
        ? Decoration.none
        : Decoration.set([pointed.range(effect.value)]);
    }
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});
