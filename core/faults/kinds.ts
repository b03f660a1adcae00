import { z } from 'zod';
import { Fault, FAULT_KINDS, type FaultKindView, type FaultParameter } from '#core/contract';
import { KIND_WORDS, PARAMETER_WORDS } from './words.ts';

/** As much of JSON Schema as the schema of a fault is made of. */
const Property = z.object({
  type: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.number().optional(),
  default: z.union([z.number(), z.string()]).optional(),
  get anyOf() {
    return z.array(Shape).optional();
  },
});
type Property = z.infer<typeof Property>;

const Shape = z.object({
  get properties(): z.ZodRecord<z.ZodString, typeof Property> {
    return z.record(z.string(), Property);
  },
  required: z.array(z.string()).default([]),
});
type Shape = z.infer<typeof Shape>;

let known: readonly FaultKindView[] | null = null;

/**
 * Every kind with its parameters, for forms and for the command line. Read off the schema itself,
 * so that a bound is written down once.
 */
export function faultKinds(): readonly FaultKindView[] {
  known ??= describeKinds();
  return known;
}

function describeKinds(): FaultKindView[] {
  const { oneOf } = z
    .object({ oneOf: z.array(Shape) })
    .parse(z.toJSONSchema(Fault, { io: 'input' }));
  return FAULT_KINDS.map((kind) => {
    const shape = oneOf.find(({ properties }) => properties['kind']?.const === kind);
    return {
      kind,
      ...KIND_WORDS[kind],
      parameters: shape === undefined ? [] : parametersOf(shape),
    };
  });
}

function parametersOf({ properties, required }: Shape): FaultParameter[] {
  return Object.entries(properties)
    .filter(([name]) => name !== 'kind')
    .flatMap(([name, property]) =>
      property.anyOf === undefined
        ? [parameterOf(name, property, required.includes(name), null)]
        : oneOf(name, property.anyOf),
    );
}

/** A member that is given in one of several forms: those of each that it needs exclude the others. */
function oneOf(outer: string, forms: readonly Shape[]): FaultParameter[] {
  return forms.flatMap(({ properties, required }) =>
    Object.entries(properties).map(([name, property]) => {
      const choice = required.includes(name) ? outer : null;
      return parameterOf(`${outer}.${name}`, property, false, choice);
    }),
  );
}

function parameterOf(
  name: string,
  property: Property,
  required: boolean,
  choice: string | null,
): FaultParameter {
  const { label = name, unit = null, example } = PARAMETER_WORDS[name] ?? {};
  const fallback = property.default ?? null;
  const type = typeOf(property);
  return {
    ...{ name, label, unit, type, required },
    oneOf: choice,
    default: fallback,
    example: example ?? fallback ?? (type.kind === 'integer' ? type.min : ''),
  };
}

function typeOf(property: Property): FaultParameter['type'] {
  if (property.enum !== undefined) return { kind: 'choice', choices: property.enum };
  if (property.type === 'boolean') return { kind: 'flag' };
  if (property.pattern !== undefined) return { kind: 'ecu' };
  if (property.type === 'string') return { kind: 'text', maxLength: property.maxLength ?? 200 };
  return {
    kind: 'integer',
    min: property.minimum ?? Number.MIN_SAFE_INTEGER,
    max: property.maximum ?? Number.MAX_SAFE_INTEGER,
  };
}
