import type { ComposeDeps, Composition, IssueTo, SignWith } from './compose.ts';
import { composeAround } from './compose.ts';
import { composeBundle, orderOf } from './compose-group.ts';
import { BackendError } from './errors.ts';
import type { EcuTarget } from './sign-release.ts';
import type { Catalogue, SignedManifest } from '#core/catalogue';

/** A release of the catalogue, and the ECU it is for. */
export type ReleaseFor = { readonly releaseId: string; readonly ecuId: string };

/**
 * One issue about releases as they were signed: alone as it is, several as a bundle [D8] in the
 * order of what requires what.
 *
 * @throws BackendError RELEASE_UNKNOWN, BUNDLE_CYCLE, and those of `targetOf`
 */
export function composeReleases(
  items: readonly ReleaseFor[],
  targetOf: (ecuId: string) => EcuTarget,
  to: Omit<IssueTo, 'ecuId'>,
  signWith: SignWith,
  deps: ComposeDeps & { readonly catalogue: Pick<Catalogue, 'release'> },
): Promise<Composition> {
  const known = items.map(({ releaseId, ecuId }) => ({
    ...{ ecuId, manifest: releaseOf(releaseId, deps.catalogue), target: targetOf(ecuId) },
  }));
  const [only, ...more] = known;
  if (only !== undefined && more.length === 0) {
    return composeAround(only.manifest, { ...to, ecuId: only.ecuId }, signWith, deps);
  }
  const order = orderOf(
    known.map((each) => ({ ...each.target, ...each, requires: each.manifest.requires })),
  );
  const manifests = order.map(({ manifest }) => manifest);
  const words = {
    version: manifests
      .map(({ version }) => version)
      .join(' + ')
      .slice(0, VERSION_CHARACTERS),
    description: manifests
      .map(({ description }) => description)
      .join('\n')
      .slice(0, TEXT_LIMIT),
  };
  const ecuIds = order.map(({ ecuId }) => ecuId);
  return composeBundle({ manifests, ecuIds }, { ...to, ...words }, signWith, deps);
}

/** By the schema of `issue_details`. */
const VERSION_CHARACTERS = 64;
const TEXT_LIMIT = 2_000;

function releaseOf(releaseId: string, catalogue: Pick<Catalogue, 'release'>): SignedManifest {
  const manifest = catalogue.release(releaseId);
  if (manifest !== null) return manifest;
  throw new BackendError('RELEASE_UNKNOWN', `no release ${releaseId} in the catalogue`, {
    next: 'Choose one that is listed.',
  });
}
