export { createBench, openLab } from './bench.ts';
export type { Bench, BenchOptions } from './bench-types.ts';
export { type BenchClient } from './client.ts';
export { DEMO_VIN } from './vehicles/demo-vehicle.ts';
export { BenchError, type BenchErrorCode, refusalOf } from './errors.ts';
export { type CampaignCounts, runCampaign } from './fleet/campaign.ts';
export { fleetVins, makeFleetKeys } from './fleet/keys.ts';
export { type FleetProfile, loadFleetProfile, openFleet } from './fleet/open-fleet.ts';
export { fleetPassword } from './fleet/passwords.ts';
export { openThrowAway } from '#core/storage';
export { FRAME_GAP_MS } from './frames.ts';
export { type Lab } from './lab/lab.ts';
export { type BrokerRefusal } from './refusals.ts';
export { type SettingsOverrides } from './settings.ts';
export { type VaultChoice } from './trust/opened-vault.ts';
export { type BenchRouter } from './router.ts';
export { watchBroker } from './watch.ts';
export { portWire, serveWire, socketWire, type PortLike, type Wire } from './wire.ts';
export {
  junitXml,
  loadScenario,
  problemText,
  readScenarioText,
  scenarioJsonSchema,
} from '#core/scenario';
export type { ScenarioResult, StepResult } from '#core/scenario';
export { checkOpenFiles, type Fleet, type FleetTally } from '#core/fleet';
export {
  bothTrusted,
  decodeReport,
  readFingerprint,
  readTrusted,
  REPORT_BYTES_LIMIT,
  type Trusted,
  verifyReport,
} from '#core/report';
