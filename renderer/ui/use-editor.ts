import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { lintGutter, lintKeymap } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useRef, type RefObject } from 'react';
import { editorTheme } from './editor-theme.ts';
import { editorWords } from './editor-words.ts';

/**
 * CodeMirror over one text. It lives in a shadow root: there it takes its styles from a
 * constructed sheet, while in the document it would write a <style>, which the content policy
 * refuses.
 */
export function useEditor(wish: {
  label: string;
  text: string;
  /** Of one kind of text; the same object every time, or the editor is made anew. */
  language: Extension;
  onChange: (text: string) => void;
}): { host: RefObject<HTMLDivElement | null>; editor: RefObject<EditorView | null> } {
  const { label, text, language, onChange } = wish;
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
        language,
        editorTheme,
        keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({
          'aria-label': label,
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
  }, [label, language]);

  useEffect(() => {
    const view = editor.current;
    if (view === null || view.state.doc.toString() === asStored(text)) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [text, label, language]);

  return { host, editor };
}

/** The text as the editor counts it: one character for each end of line. */
function asStored(text: string): string {
  return EditorState.create({ doc: text }).doc.toString();
}
