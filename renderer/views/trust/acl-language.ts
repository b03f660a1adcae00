import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import { tags } from '@lezer/highlight';

/** Where in a line of Mosquitto's ACL grammar the next word stands. */
type Place = { at: 'start' | 'user' | 'access' | 'topic' | 'rest' };

/** Colours only; what is right and what is wrong, the doctor says. */
const grammar = StreamLanguage.define<Place>({
  name: 'mosquitto-acl',
  startState: () => ({ at: 'start' }),
  token: (stream, place) => {
    if (stream.sol()) {
      place.at = 'start';
      // Mosquitto: a comment begins in the first column only.
      if (stream.peek() === '#') {
        stream.skipToEnd();
        return 'comment';
      }
    }
    if (stream.eatSpace()) return null;
    switch (place.at) {
      case 'start': {
        if (stream.match(/user(?=\s|$)/)) {
          place.at = 'user';
          return 'keyword';
        }
        if (stream.match(/(topic|pattern)(?=\s|$)/)) {
          place.at = 'access';
          return 'keyword';
        }
        place.at = 'rest';
        break;
      }
      case 'user':
        stream.skipToEnd();
        return 'name';
      case 'access':
        place.at = 'topic';
        if (stream.match(/deny(?=\s)/)) return 'deleted';
        if (stream.match(/(readwrite|read|write)(?=\s)/)) return 'modifier';
        return null;
      case 'topic':
        if (stream.match(/[+#]|%[uc]/)) return 'atom';
        if (stream.match(/\{[^{}/]*\}/)) return 'invalid';
        stream.match(/[^+#%{\s]+|./);
        return 'string';
      case 'rest':
        break;
    }
    stream.skipToEnd();
    return null;
  },
  languageData: { commentTokens: { line: '#' } },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--ink-faint)', fontStyle: 'italic' },
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: tags.name, color: 'var(--ink)', fontWeight: '600' },
  { tag: tags.modifier, color: 'var(--tone-ok)' },
  { tag: tags.deleted, color: 'var(--tone-bad)' },
  { tag: tags.atom, color: 'var(--tone-warn)', fontWeight: '600' },
  { tag: tags.invalid, color: 'var(--tone-bad)', textDecoration: 'underline wavy' },
]);

export function aclLanguage(): Extension {
  return [grammar, syntaxHighlighting(colours), EditorState.tabSize.of(2)];
}
