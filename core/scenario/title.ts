import { unreachable } from '#core/ports';
import { type Condition } from './matches.ts';
import { type As, type Step } from './steps.ts';
import { type z } from 'zod';

/** What a step does, in a line. */
export function titleOf(step: Step): string {
  if (step.title !== undefined) return step.title;
  switch (step.do) {
    case 'note':
      return step.text;
    case 'update':
      return `Update ${step.ecu} to ${step.version}`;
    case 'group':
      return `Update ${step.members.map(({ ecu }) => ecu).join(', ')} together to ${step.version}`;
    case 'release':
      return `Make release ${step.name}: ${step.version} for ${step.ecu}`;
    case 'damage':
      return `Flip a bit at byte ${String(step.atByte)} of ${step.release} in the backend's store`;
    case 'publish': {
      const what = step.topic ?? step.kind ?? `${step.captured ?? ''} again`;
      const times = step.times === undefined ? '' : ` ${String(step.times)} times`;
      return `Publish ${what} as ${whoIs(step.as)}${times}`;
    }
    case 'capture':
      return `Keep a message as ${step.name}`;
    case 'connect':
      return `Connect as ${whoIs(step.as)}`;
    case 'subscribe':
      return `Subscribe to ${step.filter} as ${whoIs(step.as)}`;
    case 'disconnect':
      return `Pull the cable of ${step.connection}`;
    case 'request':
      return `${step.method} ${step.path} as ${whoIs(step.as)}`;
    case 'command':
      return `Command: ${step.command}`;
    case 'rollback':
      return `Roll ${step.ecu} back`;
    case 'fault':
      return `Fault: ${step.fault.kind}`;
    case 'clearFault':
      return step.name === undefined ? 'End all faults' : `End the fault ${step.name}`;
    case 'conditions':
      return `The vehicle's conditions: ${JSON.stringify(step.set)}`;
    case 'confirm':
      return step.accept ? 'The technician agrees' : 'The technician declines';
    case 'start':
      return `Start the ${step.role}`;
    case 'stop':
      return `Stop the ${step.role}`;
    case 'restart':
      return `Stop the ${step.role} and start it again`;
    case 'waitFor':
      return `Wait until ${step.all.map(conditionText).join(', ')}`;
    case 'assert':
      return `Check that ${step.all.map(conditionText).join(', ')}`;
    case 'hold':
      return `For ${String(step.forMs)} ms ${step.all.map(conditionText).join(', ')}`;
    default:
      return unreachable(step);
  }
}

function whoIs(as: z.infer<typeof As>): string {
  if (typeof as === 'string') return as;
  const { name, by = 'bench' } = as;
  if (by === 'bench') return name;
  return by === 'foreign' ? `${name} of a foreign CA` : `${name} without a certificate`;
}

function conditionText({ at, messages, heardBy, ...tests }: Condition): string {
  const counted = messages === undefined ? '' : ` ${JSON.stringify(messages)}`;
  const what = at ?? `messages${counted}${heardBy === undefined ? '' : ` heard by ${heardBy}`}`;
  const test = Object.entries(tests)
    .map(([name, value]) => `${WORDS[name] ?? name} ${JSON.stringify(value)}`)
    .join(' and ');
  return `${what} ${test}`;
}

const WORDS: Readonly<Record<string, string>> = {
  isNot: 'is not',
  oneOf: 'is one of',
  atLeast: 'is at least',
  atMost: 'is at most',
  some: 'has',
  none: 'has no',
};
