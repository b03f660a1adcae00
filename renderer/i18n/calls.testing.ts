import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** One `t(…)` in the code of the window. */
export type Call = {
  file: string;
  line: number;
  /**
   * Every key it may ask for; of one that is put together, what it begins and ends with.
   * Of a whole one `end` is null.
   */
  keys: { start: string; end: string | null }[];
  /** The values it gives; null where that cannot be read from the code. */
  values: string[] | null;
};

export type Source = { file: string; text: string };

export function sourcesOf(folder: string): Source[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .filter(({ name }) => !/\.(test|testing)\./.test(name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ file: path.slice(folder.length + 1), text: readFileSync(path, 'utf8') }));
}

export function callsIn({ file, text }: Source): Call[] {
  if (!text.includes('t(')) return [];
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false, kindOf(file));
  const calls: Call[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const [key, values] = node.arguments;
      if (node.expression.text === 't' && key !== undefined) {
        const line = tree.getLineAndCharacterOfPosition(node.pos).line + 1;
        calls.push({ file, line, keys: keysOf(key), values: namesIn(values) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return calls;
}

const kindOf = (file: string): ts.ScriptKind =>
  file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;

function keysOf(node: ts.Expression): Call['keys'] {
  if (ts.isStringLiteralLike(node)) return [{ start: node.text, end: null }];
  if (ts.isConditionalExpression(node))
    return [...keysOf(node.whenTrue), ...keysOf(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return keysOf(node.expression);
  if (ts.isTemplateExpression(node)) {
    const end = node.templateSpans.at(-1)?.literal.text ?? '';
    return [{ start: node.head.text, end }];
  }
  return [];
}

function namesIn(node: ts.Expression | undefined): string[] | null {
  if (node === undefined) return [];
  if (!ts.isObjectLiteralExpression(node)) return null;
  const names: string[] = [];
  for (const { name } of node.properties) {
    if (name === undefined || !ts.isIdentifier(name)) return null;
    names.push(name.text);
  }
  return names;
}
