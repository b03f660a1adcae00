/** Each of a profile of its own, with a VIN that no maker has and a right check digit. */
export const SAMPLE_VEHICLES = [
  { vin: 'SAMPLCARX00000001', profile: 'demo' },
  { vin: 'SAMPLEEV800000002', profile: 'ev-domain-controllers' },
  { vin: 'SAMPTRUK100000003', profile: 'legacy-truck-24v' },
] as const;

/** Runs to its end. */
export const FINISHED = {
  ...{ vin: 'SAMPLCARX00000001', ecuId: 'infotainment', version: '4.2.0' },
  description: 'Clearer maps and a faster start',
} as const;

/** Is installed, then taken back by hand. */
export const TAKEN_BACK = {
  ...{ vin: 'SAMPLEEV800000002', ecuId: 'cockpit', version: '7.1.0' },
  description: 'New start screen; taken back after a complaint',
} as const;

const DAY_MS = 86_400_000;

/** Signed and in the catalogue, for the truck to choose from: one fits, the others each do not in their way. */
export const SAMPLE_RELEASES = [
  {
    ...{ name: 'sample-engine', version: '12.4.0', counter: 3 },
    ...{ hardwareId: 'HW-TRUCK-ENGINE-01', partNumber: 'TRK-ENG-0001' },
    description: 'Fits the truck: lower consumption in the city',
    lifeMs: 365 * DAY_MS,
  },
  {
    ...{ name: 'sample-coach-doors', version: '2.0.0', counter: 5 },
    ...{ hardwareId: 'HW-COACH-DOORS-07', partNumber: 'CCH-DOR-0007' },
    description: 'For the doors of a coach: no vehicle here has that hardware',
    lifeMs: 365 * DAY_MS,
  },
  {
    ...{ name: 'sample-gearbox', version: '5.5.0', counter: 4 },
    ...{ hardwareId: 'HW-TRUCK-GEARBOX-01', partNumber: 'TRK-GBX-0001' },
    description: 'Expired yesterday: smoother shifting',
    lifeMs: -DAY_MS,
  },
  {
    ...{ name: 'sample-engine', version: '11.0.0', counter: 1 },
    ...{ hardwareId: 'HW-TRUCK-ENGINE-01', partNumber: 'TRK-ENG-0001' },
    description: 'Older than what the truck runs',
    lifeMs: 365 * DAY_MS,
  },
] as const;

/** Signed before it was sold: also one that expired has a past. */
export const SIGNED_BEFORE_MS = 30 * DAY_MS;
