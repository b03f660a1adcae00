import { z } from 'zod';
import { base } from './base.ts';
import { ReportDocument, ReportVerdict, ReportView, SessionView } from './report-views.ts';
import { SavedFile } from './trust-views.ts';

/** Longest report that is read, characters: a thousand ECUs fit. */
export const REPORT_TEXT_LIMIT = 2_097_152;

const Vin = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const Id = z.string().min(1).max(128);
/** [P1] A half surrogate pair has no canonical form, and could not be signed. */
const text = (most: number): z.ZodString =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((value) => value.isWellFormed(), 'half a surrogate pair');
const Language = z.enum(['en', 'de']);

/** Who did it, why, and for which order. */
const work = {
  operator: text(200),
  purpose: text(2_000),
  order: text(128).optional(),
  /** RX Software Identification Number (UN R156), as the operator reads it from the papers. */
  rxswin: text(128).optional(),
};

/** Session reports: what UN R156 asks a workshop to keep of an update. */
export const reportsContract = {
  reports: {
    /** Notes what the vehicle is before anything is done to it. */
    begin: base.input(z.object({ vin: Vin, ...work })).output(z.object({ sessionId: z.string() })),
    /**
     * This update or rollback belongs to the session. The vehicle's conditions are noted at once,
     * and by themselves with each step that follows. Again is the same.
     */
    attach: base
      .input(z.object({ sessionId: Id, updateId: Id }))
      .output(z.object({ attached: z.literal(true) })),
    /**
     * Builds, signs and keeps the report; the session is over. Again gives the same report.
     * Refused while an update of it runs, unless `unfinished` says that nobody waits for it.
     */
    finish: base
      .input(
        z.object({
          sessionId: Id,
          remarks: text(4_000).optional(),
          unfinished: z.boolean().optional(),
        }),
      )
      .output(ReportView),
    /** Forgets a session that nothing was done in. */
    discard: base
      .input(z.object({ sessionId: Id }))
      .output(z.object({ discarded: z.literal(true) })),
    /** A report about an update that has ended and ran without a session. */
    create: base
      .input(z.object({ updateId: Id, ...work, remarks: text(4_000).optional() }))
      .output(ReportView),
    /** Sessions without a report, oldest first; also those of before a restart. */
    running: base.output(z.array(SessionView)),
    /** Newest first; `before` is the `next` of the page before. */
    list: base
      .input(
        z.object({
          vin: Vin.optional(),
          /** Of an update. */
          updateId: Id.optional(),
          /** Somewhere in VIN, operator, order, purpose, versions or result. */
          text: z.string().max(200).optional(),
          before: z.number().int().min(0).optional(),
          limit: z.number().int().min(1).max(200).default(50),
        }),
      )
      .output(
        z.object({
          reports: z.array(ReportView),
          next: z.number().int().nullable(),
          /** Of all that match. */
          total: z.number().int(),
        }),
      ),
    get: base
      .input(z.object({ reportId: Id }))
      .output(z.object({ report: ReportView, document: ReportDocument })),
    /** `json` is what was signed, byte for byte; `html` is for people and carries it inside. */
    export: base
      .input(z.object({ reportId: Id, format: z.enum(['json', 'html']), language: Language }))
      .output(SavedFile),
    /** Of a report's JSON, or of the HTML that carries it. Never throws for what is in it. */
    verify: base
      .input(
        z.object({
          document: z.string().max(REPORT_TEXT_LIMIT),
          /** Text of a file with keys or a CA to trust besides this bench's own: JWK, JWKS, PEM. */
          trust: z.string().max(1_048_576).optional(),
          /** SHA-256 of a CA's certificate, or a key's thumbprint. */
          fingerprint: z.string().max(200).optional(),
        }),
      )
      .output(ReportVerdict),
    /** A Python script that verifies reports without OTA Bench. */
    verifier: base.output(SavedFile),
    /** The public report keys of this bench, for whoever verifies its reports elsewhere. */
    publicKeys: base.output(SavedFile),
  },
};
