import { isAborted } from '../../state/retry.ts';

/** The Shape Detection API, where a browser has it; TypeScript's DOM does not know it. */
type Detector = { detect(source: HTMLVideoElement): Promise<readonly { rawValue: string }[]> };
type DetectorClass = new (options: { formats: readonly string[] }) => Detector;

/** What VIN labels carry: ISO 22227 and the makers' own. */
const FORMATS = ['code_39', 'code_128', 'data_matrix', 'qr_code'] as const;
/** Between two looks; a person moves slower. */
const LOOK_EVERY_MS = 200;

export function detectorClass(): DetectorClass | null {
  const found: unknown = Reflect.get(globalThis, 'BarcodeDetector');
  return typeof found === 'function' ? (found as DetectorClass) : null;
}

/**
 * The first code seen; null when it was stopped before: what is seen then is of nobody's choice.
 * Throws where there is no camera to use.
 */
export async function look(video: HTMLVideoElement, signal: AbortSignal): Promise<string | null> {
  const Detector = detectorClass();
  if (Detector === null) return null;
  const picture = { video: { facingMode: 'environment' } };
  const stream = await navigator.mediaDevices.getUserMedia(picture);
  try {
    const detector = new Detector({ formats: FORMATS });
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const [code] = await detector.detect(video);
      if (code !== undefined && !isAborted(signal)) return code.rawValue;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
