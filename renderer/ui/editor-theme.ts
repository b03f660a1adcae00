import { EditorView } from '@codemirror/view';

/** In the names of base.css, so that both themes come for free. */
export const editorTheme = EditorView.theme({
  '&': {
    height: '100%',
    color: 'var(--ink)',
    backgroundColor: 'var(--panel)',
    fontSize: '0.75rem',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    lineHeight: '1.65',
    fontVariantLigatures: 'none',
  },
  '.cm-content': { caretColor: 'var(--accent)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'var(--accent-wash)' },
  '.cm-gutters': {
    color: 'var(--ink-faint)',
    backgroundColor: 'var(--panel-sunk)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 6px 0 10px', minWidth: '26px' },
  '.cm-gutter-lint': { width: '18px' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--ink) 4%, transparent)' },
  '.cm-deciding': {
    backgroundColor: 'var(--tone-warn-wash)',
    boxShadow: 'inset 3px 0 0 var(--signal)',
  },
  '.cm-tooltip': {
    color: 'var(--ink)',
    backgroundColor: 'var(--panel-raised)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    maxWidth: '420px',
    overflow: 'hidden',
  },
  '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--mantine-font-family)' },
  '.cm-diagnosticSource': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    fontSize: '0.6875rem',
    opacity: 1,
    color: 'var(--ink-faint)',
  },
});
