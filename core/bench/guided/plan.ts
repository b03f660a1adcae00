import { type FitView, type GuidedItem, type RefusalView, type UpdateView } from '#core/contract';
import { type Catalogue } from '#core/catalogue';
import { judgeRelease, type ReleaseVerdict } from '#core/gatekeeper';
import { type InventoryEcu, type ReleaseManifest } from '#core/protocol';

type JudgeDeps = Parameters<typeof judgeRelease>[2];
export type PlanDeps = Omit<JudgeDeps, 'catalogue'> & { readonly catalogue: Catalogue };

/** What a release is judged for. */
type Place = {
  readonly vin: string;
  readonly ecus: readonly InventoryEcu[];
  /** Releases that would be installed with it [D8]. */
  readonly chosen: readonly GuidedItem[];
};

/** Updates that are looked back on for how long one takes. */
const LOOKED_BACK = 5;

/** One entry for each release and each ECU that has its hardware, or one that says none has. */
export async function planFor(
  place: Place,
  updates: readonly UpdateView[],
  deps: PlanDeps,
): Promise<FitView[]> {
  const fits: FitView[] = [];
  for (const manifest of deps.catalogue.releases()) {
    const ecus = place.ecus.filter(({ hardwareId }) => hardwareId === manifest.hardwareId);
    for (const ecu of ecus.length === 0 ? [null] : ecus) {
      const verdict = await judgeFor(
        manifest,
        ecu === null ? null : String(ecu.ecuId),
        place,
        deps,
      );
      fits.push(fitOf(manifest, ecu, verdict, updates, place.vin));
    }
  }
  return fits;
}

/** With everything else that is chosen already counted as there. */
export function judgeFor(
  manifest: ReleaseManifest,
  ecuId: string | null,
  { vin, ecus, chosen }: Place,
  deps: PlanDeps,
): Promise<ReleaseVerdict> {
  const { catalogue } = deps;
  const planned = chosen.flatMap((item) =>
    item.ecuId === ecuId ? [] : (catalogue.release(item.releaseId) ?? []),
  );
  // Images for hardware that is not there need not be hashed to know that they do not fit.
  const foreign = !ecus.some(({ hardwareId }) => hardwareId === manifest.hardwareId);
  const unread = {
    release: (releaseId: string) => catalogue.release(releaseId),
    releaseByVersion: () => null,
    verifyImage: async () => 'ok' as const,
  };
  return judgeRelease(
    manifest,
    { vin, ecuId, ecus, planned },
    { ...deps, catalogue: foreign ? unread : catalogue },
  );
}

export function refusalOfVerdict(verdict: ReleaseVerdict): RefusalView | null {
  if (verdict.kind === 'fits') return null;
  const { code, detail, next } = verdict.reason;
  return { code, reason: detail, next };
}

function fitOf(
  manifest: ReleaseManifest,
  ecu: InventoryEcu | null,
  verdict: ReleaseVerdict,
  updates: readonly UpdateView[],
  vin: string,
): FitView {
  const ecuId = ecu === null ? null : String(ecu.ecuId);
  const installed = ecu?.banks.find(({ bank }) => bank === ecu.activeBank);
  return {
    release: manifest,
    ecuId,
    ecuName: ecu?.name ?? '',
    installedVersion: installed?.version ?? null,
    relation: relationOf(manifest, installed ?? null),
    refusal: refusalOfVerdict(verdict),
    rule: verdict.kind === 'fits' ? null : verdict.rule,
    usualMs: ecuId === null ? null : usualMs(updates, vin, ecuId),
  };
}

function relationOf(
  { releaseCounter, firmware }: ReleaseManifest,
  installed: { sha256: string | null; releaseCounter: number | null } | null,
): FitView['relation'] {
  if (installed?.sha256 === firmware.sha256) return 'same';
  const counter = installed?.releaseCounter ?? null;
  if (counter === null || counter === releaseCounter) return 'unknown';
  return releaseCounter > counter ? 'newer' : 'older';
}

/** Of updates of this very ECU, the newest first. */
function usualMs(updates: readonly UpdateView[], vin: string, ecuId: string): number | null {
  const took = updates
    .filter((each) => each.vin === vin && each.ecuId === ecuId && each.stage === 'completed')
    .slice(0, LOOKED_BACK)
    .flatMap(({ steps, createdAt, releaseId }) => {
      const last = steps.at(-1);
      return last === undefined || releaseId === null ? [] : [last.at - createdAt];
    });
  return took.length === 0 ? null : took.reduce((sum, each) => sum + each, 0) / took.length;
}
