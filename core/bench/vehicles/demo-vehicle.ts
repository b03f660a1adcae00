/** The name benches use; no real vehicle has it. */
export const DEMO_VIN = 'VIN1234567890';
/** Its profile, which is there without any folder. */
export const DEMO_PROFILE = 'demo';
