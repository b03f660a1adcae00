import {
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { type z } from 'zod';
import { DEPTH_LIMIT } from '#core/protocol';
import { tooDeep } from './depth.ts';

/** What is wrong with a file, and where. */
export type Problem = {
  /** From 1. */
  line: number;
  column: number;
  /** `$.steps[3].ecu` */
  path: string;
  reason: string;
};

export type Source = {
  /** What the text says; only where it is JSON without a problem. */
  value: unknown;
  problems: Problem[];
  /** Where a member of it stands, or the nearest one around it. */
  problemAt(path: readonly PropertyKey[], reason: string): Problem;
};

const ERRORS_TOLD = 100;

/** JSON (RFC 8259) with its places: no comments, no trailing commas, no member twice, [P2] deep. */
export function readSource(text: string): Source {
  const place = placesIn(text);
  const deep = tooDeep(text);
  if (deep) {
    const problemAt: Source['problemAt'] = (path, reason) => {
      return { ...place(0), path: pathText(path), reason };
    };
    const reason = `nested deeper than ${String(DEPTH_LIMIT)} levels`;
    const problem = { ...place(deep.offset), path: pathText(deep.path), reason };
    return { value: undefined, problems: [problem], problemAt };
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  // The place of each costs a walk through the text; nobody reads more of them.
  const problems = errors.slice(0, ERRORS_TOLD).map(({ error, offset }) => ({
    ...place(offset),
    path: '$',
    reason: `no JSON here: ${wordsOf(printParseErrorCode(error))}`,
  }));
  if (root) problems.push(...repeated(root, [], place));
  return {
    value: problems.length === 0 ? JSON.parse(text) : undefined,
    problems,
    problemAt(path, reason) {
      return { ...place(root ? offsetOf(root, path) : 0), path: pathText(path), reason };
    },
  };
}

/** What the schema says, at the places that it speaks of. */
export function problemsOf(error: z.ZodError, source: Source): Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      return source.problemAt(issue.path, issue.message);
    }
    return issue.keys.map((key) =>
      source.problemAt([...issue.path, key], `there is no member "${key}" here`),
    );
  });
}

function pathText(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => {
    if (typeof part === 'number') return `[${String(part)}]`;
    const name = String(part);
    return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  });
  return `$${parts.join('')}`;
}

/** A member that is missing is told at the object that lacks it. */
function offsetOf(root: Node, path: readonly PropertyKey[]): number {
  const steps = path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  for (let length = steps.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(root, steps.slice(0, length));
    // The member's name rather than its value: there the eye looks for it.
    if (node) return node.parent?.type === 'property' ? node.parent.offset : node.offset;
  }
  return root.offset;
}

type Place = (offset: number) => { line: number; column: number };

function placesIn(text: string): Place {
  return (offset) => {
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
  };
}

/**
 * JSON.parse would take the last one, a person may have meant the first. `__proto__` would be left
 * out in silence by what reads the value.
 */
function repeated(node: Node, path: readonly PropertyKey[], place: Place): Problem[] {
  const children = node.children ?? [];
  if (node.type === 'array') {
    return children.flatMap((child, index) => repeated(child, [...path, index], place));
  }
  if (node.type !== 'object') return [];
  const seen = new Set<string>();
  return children.flatMap((property) => {
    const [name, value] = property.children ?? [];
    const key = String(name?.value);
    const at = [...path, key];
    const inside = value ? repeated(value, at, place) : [];
    if (key === '__proto__') {
      const reason = 'no member can be called "__proto__"';
      return [{ ...place(property.offset), path: pathText(at), reason }, ...inside];
    }
    if (!seen.has(key)) {
      seen.add(key);
      return inside;
    }
    const reason = `the member "${key}" is given twice`;
    return [{ ...place(property.offset), path: pathText(at), reason }, ...inside];
  });
}

/** `PropertyNameExpected` → `property name expected` */
function wordsOf(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
