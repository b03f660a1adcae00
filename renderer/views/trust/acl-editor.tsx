import { setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { StateEffect, StateField, type Text } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import { useEffect, type ReactNode } from 'react';
import type { AclDiagnostic } from '#core/contract';
import { t } from '../../i18n/index.ts';
import { useEditor } from '../../ui/use-editor.ts';
import { aclLanguage } from './acl-language.ts';
import { told } from '../../ui/told/told.ts';

/** An editor of access rules that shows what the doctor found, and the line that decides. */
export function AclEditor(props: {
  text: string;
  diagnostics: readonly AclDiagnostic[];
  /** The line that decides the chosen cell, from 1. */
  line: number | null;
  onChange: (text: string) => void;
}): ReactNode {
  const { text, diagnostics, line, onChange } = props;
  const { host, editor } = useEditor({
    label: t('trust:rules.editor'),
    text,
    language: rules,
    onChange,
  });

  useEffect(() => {
    const view = editor.current;
    if (view === null) return;
    const { doc } = view.state;
    const found = diagnostics.flatMap((each) => asDiagnostic(doc, each));
    view.dispatch(setDiagnostics(view.state, found));
  }, [editor, diagnostics]);

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
  }, [editor, line, text]);

  return <div ref={host} className="acl-editor" data-testid="acl-editor" />;
}

/** The doctor's places may be of a text one keystroke older: what is outside is left out. */
function asDiagnostic(doc: Text, found: AclDiagnostic): Diagnostic[] {
  if (found.line < 1 || found.line > doc.lines) return [];
  const line = doc.line(found.line);
  const from = Math.min(line.to, line.from + Math.max(0, found.column - 1));
  const to = Math.min(line.to, from + found.length);
  const { code, severity, message, next } = found;
  return [{ from, to, severity, source: code, message: `${told(message)}. ${told(next)}` }];
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

const rules = [aclLanguage(), decidingLine];
