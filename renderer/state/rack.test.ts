import { describe, expect, it } from 'vitest';
import type { FaultView, VehicleView } from '#core/contract';
import { doingOf, liveFaults, rackOf } from './rack.ts';
import { aJob, anEcu, aVehicle } from './vehicle.testing.ts';

const refusal = { code: 'DISK_FULL', reason: 'no space is left', next: 'make room' };

describe('the rack of vehicles', () => {
  it('says what a vehicle is at, the gravest first', () => {
    const job = aJob({ phase: 'rolling_back', ecuId: 'brake' });
    expect(doingOf(aVehicle({ fault: refusal, job })).kind).toBe('stopped');
    expect(doingOf(aVehicle({ job: { ...job, waiting: 'confirmation' } })).kind).toBe('waiting');
    expect(doingOf(aVehicle({ job: { ...job, paused: true } })).kind).toBe('paused');
    expect(doingOf(aVehicle({ job }))).toEqual({
      kind: 'busy',
      phase: 'rolling_back',
      ecu: 'Brake control',
      progress: 40,
    });
    expect(doingOf(aVehicle({})).kind).toBe('idle');
  });

  it('tells a vehicle that is off from one that never told what it has', () => {
    expect(doingOf(aVehicle({ simulated: false, ecus: [] })).kind).toBe('off');
    expect(doingOf(aVehicle({ simulated: false, profile: null, ecus: [] })).kind).toBe('silent');
  });

  it('names the ECU whose active bank is bad', () => {
    const ecu = anEcu({});
    const banks = ecu.banks.map((bank) => (bank.bank === 'A' ? { ...bank, state: 'bad' } : bank));
    const down = aVehicle({ ecus: [{ ...ecu, banks } as VehicleView['ecus'][number]] });
    expect(doingOf(down)).toMatchObject({ kind: 'down', ecu: 'Brake control' });
  });

  it('lists by VIN or profile, and by what is the matter; a spent fault is none', () => {
    const fault = (vin: string, state: FaultView['state']): FaultView => ({
      ...{ faultId: `${vin}-${state}`, vin, state, summary: '', fired: 0, lastFiredAt: null },
      fault: { kind: 'duplicateDelivery', times: 1 },
    });
    const live = liveFaults([fault('ONE', 'armed'), fault('ONE', 'active'), fault('TWO', 'spent')]);
    expect([...live]).toEqual([['ONE', 2]]);
    const vehicles = [
      aVehicle({ vin: 'ONE' }),
      aVehicle({ vin: 'TWO', profile: 'legacy-truck-24v', online: false }),
    ];
    const vins = (text: string, choice: Parameters<typeof rackOf>[2]['choice']): string[] =>
      rackOf(vehicles, live, { text, choice }).map(({ vin }) => vin);
    expect(vins('', 'all')).toEqual(['ONE', 'TWO']);
    expect(vins(' truck ', 'all')).toEqual(['TWO']);
    expect(vins('', 'faults')).toEqual(['ONE']);
    expect(vins('', 'offline')).toEqual(['TWO']);
    expect(vins('', 'busy')).toEqual([]);
  });
});
