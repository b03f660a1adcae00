export { createCatalogue, type CatalogueOptions } from './catalogue.ts';
export { CatalogueError, type CatalogueErrorCode } from './errors.ts';
export type { Artifact, Catalogue, ImportOptions, SignedManifest, Uploads } from './types.ts';
export { CATALOGUE_SCHEMA } from './tables.ts';
