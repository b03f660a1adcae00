import { afterEach, expect, it, vi } from 'vitest';
import { look } from './look-for-code.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('takes no code that is seen after the camera was closed', async () => {
  const looking = Promise.withResolvers<{ rawValue: string }[]>();
  const asked = Promise.withResolvers<undefined>();
  const detect = (): Promise<{ rawValue: string }[]> => {
    asked.resolve(undefined);
    return looking.promise;
  };
  vi.stubGlobal('BarcodeDetector', function Detector() {
    return { detect };
  });
  const stream = { getTracks: () => [] };
  vi.stubGlobal('navigator', {
    mediaDevices: { getUserMedia: () => Promise.resolve(stream) },
  });
  const closing = new AbortController();
  const video = { play: () => Promise.resolve() } as HTMLVideoElement;
  const seen = look(video, closing.signal);
  await asked.promise;
  closing.abort();
  looking.resolve([{ rawValue: 'VIN2' }]);
  expect(await seen).toBeNull();
});
