import type { FlowName } from '#core/contract';
import { createTopics } from '#core/protocol';

/** Who plays in a flow. */
export type Part = 'backend' | 'gatekeeper' | 'vehicle';

/** The table of docs/PROTOCOL.md: who sends and who must hear it. */
export const FLOWS: readonly {
  flow: FlowName;
  writers: readonly Part[];
  readers: readonly Part[];
}[] = [
  { flow: 'issue_details', writers: ['backend'], readers: ['gatekeeper'] },
  { flow: 'status', writers: ['gatekeeper'], readers: ['vehicle', 'backend'] },
  { flow: 'acknowledgment', writers: ['vehicle'], readers: ['backend'] },
  { flow: 'progress', writers: ['vehicle'], readers: ['backend'] },
  { flow: 'command', writers: ['backend'], readers: ['vehicle'] },
  { flow: 'inventory', writers: ['vehicle'], readers: ['backend', 'gatekeeper'] },
  { flow: 'presence', writers: ['vehicle'], readers: ['backend'] },
  { flow: 'firmware_request', writers: ['vehicle'], readers: ['backend'] },
  { flow: 'firmware_block', writers: ['backend'], readers: ['vehicle'] },
];

/** A vehicle: the name it logs in with, and the VIN in its topics. */
export type VehicleName = { readonly user: string; readonly vin: string };

export type Cast = {
  readonly backend: string;
  readonly gatekeeper: string;
  /** A name alone stands for a vehicle that logs in with its VIN, see `castOf`. */
  readonly vehicles: readonly (string | VehicleName)[];
  /** Above the VIN, such as `vehicle/updates`. */
  readonly root: string;
};

/** Any update: the level is `+` in what everybody needs. */
const SAMPLE_UPDATE = 'any-update';

/** A flow's topic filter with `vin` in the level of the VIN: a VIN, `+` or `%u`. */
export function flowFilter(root: string, flow: FlowName, vin: string): string {
  const tail = createTopics(root)
    .filter(flow)
    .slice(root.length + '/+'.length);
  return `${root}/${vin}${tail}`;
}

/** A topic of the flow as one message of one vehicle would use it. */
export function flowTopic(root: string, flow: FlowName, vin: string): string {
  return flowFilter(root, flow, vin).replace('/+/', `/${SAMPLE_UPDATE}/`);
}
