import { EditorState, type Extension } from '@codemirror/state';
import { t } from '../i18n/index.ts';

/** What CodeMirror says by itself, in the language of the window. */
export function editorWords(): Extension {
  return EditorState.phrases.of({
    Diagnostics: t('ui:editor.diagnostics'),
    'No diagnostics': t('ui:editor.none'),
    'Control character': t('ui:editor.control'),
    'Selection deleted': t('ui:editor.deleted'),
    close: t('ui:close'),
  });
}
