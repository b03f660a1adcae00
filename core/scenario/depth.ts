import { createScanner } from 'jsonc-parser';
import { DEPTH_LIMIT } from '#core/protocol';

type Deep = { offset: number; path: PropertyKey[] };

/**
 * Where a text is nested deeper than [P2] allows, or null. Token by token: what parses it afterwards
 * calls itself for each level, and a stack that runs over is no refusal.
 */
export function tooDeep(text: string): Deep | null {
  const scanner = createScanner(text, true);
  /** The member or index that each open object or list is at. */
  const path: PropertyKey[] = [];
  let name = '';
  for (scanner.scan(); scanner.getTokenLength() > 0; scanner.scan()) {
    const at = path.at(-1);
    const first = text[scanner.getTokenOffset()];
    switch (first) {
      case '{':
      case '[':
        if (path.length === DEPTH_LIMIT) return { offset: scanner.getTokenOffset(), path };
        path.push(first === '[' ? 0 : '');
        break;
      case '}':
      case ']':
        path.pop();
        break;
      case '"':
        name = scanner.getTokenValue();
        break;
      case ':':
        if (typeof at === 'string') path.splice(-1, 1, name);
        break;
      case ',':
        if (typeof at === 'number') path.splice(-1, 1, at + 1);
        break;
      default:
    }
  }
  return null;
}
