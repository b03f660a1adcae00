import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** A text in the code of the core; what is put into it is `{}`. */
export type Literal = { readonly file: string; readonly text: string; readonly shown: boolean };

/** Members whose words nobody sees: a code has its own next step in German (resources/help). */
const UNSEEN = new Set(['next', 'pattern', 'name']);
const DESCRIBING = new Set(['describe', 'meta']);
const LOGGING = new Set(['debug', 'info', 'warn', 'error']);

export function literalsIn(root: string, folder: string): Literal[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.(test|testing|d))\.ts$/.test(entry.name))
    .flatMap((entry) => literalsOf(join(entry.parentPath, entry.name), root));
}

function literalsOf(path: string, root: string): Literal[] {
  const file = relative(root, path).replaceAll('\\', '/');
  const tree = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, false);
  const found: Literal[] = [];
  const visit = (node: ts.Node, shown: boolean): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    const text = textOf(node);
    if (text !== null) found.push({ file, text, shown });
    // Of a sentence over two lines, the halves are none.
    if (text !== null && ts.isBinaryExpression(node)) return;
    const within = shown && !isUnseen(node);
    ts.forEachChild(node, (child) => {
      visit(child, within);
    });
  };
  visit(tree, true);
  return found;
}

function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return left === null || right === null ? null : left + right;
  }
  if (!ts.isTemplateExpression(node)) return null;
  return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('');
}

function isUnseen(node: ts.Node): boolean {
  if (ts.isTaggedTemplateExpression(node)) return true;
  if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name))
    return UNSEEN.has(node.name.text);
  if (!ts.isCallExpression(node)) return false;
  // Of a schema, for the file that describes it.
  if (ts.isPropertyAccessExpression(node.expression) && DESCRIBING.has(node.expression.name.text)) {
    return true;
  }
  const [level] = node.arguments;
  return level !== undefined && ts.isStringLiteral(level) && LOGGING.has(level.text);
}

/** Three words at least: shorter ones are keys, units and names far more often than sentences. */
export function isSentence(text: string): boolean {
  const words = text.replaceAll('{}', '').match(/[A-Za-z’']{2,}/g) ?? [];
  // Tables, scripts and files begin so, or have several lines.
  return words.length >= 3 && /[a-z’] [a-z]/.test(text) && !/^(# |\||<|CREATE|--)|\n/.test(text);
}
