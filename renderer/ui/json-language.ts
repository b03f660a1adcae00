import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import { tags } from '@lezer/highlight';

/** Colours only; what is right and what is wrong, the bench says. */
const grammar = StreamLanguage.define<null>({
  name: 'json',
  startState: () => null,
  token: (stream) => {
    if (stream.eatSpace()) return null;
    // RFC 8259, 7: an unescaped string never goes over the end of a line.
    if (stream.match(/"(?:[^"\\]|\\.)*"?/)) {
      return stream.match(/\s*:/, false) === null ? 'string' : 'propertyName';
    }
    if (stream.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/)) return 'number';
    if (stream.match(/(?:true|false|null)\b/)) return 'atom';
    if (stream.match(/[{}[\],:]/)) return 'punctuation';
    stream.next();
    return 'invalid';
  },
  languageData: { closeBrackets: { brackets: ['{', '[', '"'] } },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--tone-warn)' },
  { tag: [tags.number, tags.atom], color: 'var(--tone-ok)' },
  { tag: tags.punctuation, color: 'var(--ink-faint)' },
  { tag: tags.invalid, color: 'var(--tone-bad)', textDecoration: 'underline wavy' },
]);

export function jsonLanguage(): Extension {
  return [grammar, syntaxHighlighting(colours), EditorState.tabSize.of(2)];
}
