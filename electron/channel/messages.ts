import { z } from 'zod';

// Zod would probe for `new Function`, which the content policy refuses and the console reports.
z.config({ jitless: true });

/** VINs and bench names: one topic level (docs/PROTOCOL.md, “Vehicles”). */
const VIN = /^[A-Za-z0-9_-]{1,64}$/;
const UPDATE_ID = /^[A-Za-z0-9-]{1,64}$/;
/** Refusal codes are upper snake case. */
const CODE = /^[A-Z][A-Z0-9_]{1,63}$/;
const SCREEN = /^[a-z]{1,32}$/;

/** A place in the window, as links, menus and notifications name it. It never does anything. */
export const Place = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('screen'), screen: z.string().regex(SCREEN) }),
  z.strictObject({ kind: z.literal('vehicle'), vin: z.string().regex(VIN) }),
  z.strictObject({ kind: z.literal('update'), updateId: z.string().regex(UPDATE_ID) }),
  z.strictObject({ kind: z.literal('help'), code: z.string().regex(CODE) }),
]);
export type Place = z.infer<typeof Place>;

export const Language = z.enum(['en', 'de']);
export type Language = z.infer<typeof Language>;

export const Theme = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof Theme>;

/** A screen of the window and what it is called there. */
export const ScreenName = z.strictObject({
  screen: z.string().regex(SCREEN),
  label: z.string().min(1).max(48),
});
export type ScreenName = z.infer<typeof ScreenName>;

export const Paper = z.enum(['A4', 'Letter']);
export type Paper = z.infer<typeof Paper>;

/** A name for a file, without a folder. */
const PDF_NAME = /^[\w-][\w .-]{0,120}\.pdf$/;
/** Characters of a page that is printed; a report of a thousand ECUs has fewer. */
const LARGEST_PAGE = 16_777_216;

/** Page → preload → main. */
export const FromWindow = z.discriminatedUnion('kind', [
  /** The page listens; a port follows. */
  z.strictObject({ kind: z.literal('ready') }),
  /** What the menu has to know of the page; again whenever it changes. */
  z.strictObject({
    kind: z.literal('introduce'),
    language: Language,
    theme: Theme,
    screens: z.array(ScreenName).max(16),
  }),
  /** Traffic in a window of its own. */
  z.strictObject({ kind: z.literal('tear-off') }),
  z.strictObject({ kind: z.literal('show-logs') }),
  /** A report's page, to be saved as PDF where the person says. */
  z.strictObject({
    kind: z.literal('report-pdf'),
    name: z.string().regex(PDF_NAME),
    html: z.string().min(1).max(LARGEST_PAGE),
    paper: Paper,
  }),
]);
export type FromWindow = z.infer<typeof FromWindow>;

/** What a menu item asks the page for. */
export const Wish = z.enum(['new-update', 'find', 'find-help', 'diagnostics']);
export type Wish = z.infer<typeof Wish>;

/** What happened outside of the page that whoever looks at it should know. */
const News = z.enum(['core-restarted', 'page-restarted', 'woke', 'pdf-saved']);

const RefusalText = z.strictObject({
  code: z.string().regex(CODE),
  reason: z.string().max(2_000),
  next: z.string().max(2_000),
});

/** Main → preload → page. `port` travels with one MessagePort. */
export const ToWindow = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('port') }),
  /** The core ended and is being restarted; a new port follows. */
  z.strictObject({ kind: z.literal('lost') }),
  z.strictObject({ kind: z.literal('go'), place: Place }),
  z.strictObject({ kind: z.literal('wish'), wish: Wish }),
  z.strictObject({ kind: z.literal('news'), news: News }),
  z.strictObject({ kind: z.literal('refused'), refusal: RefusalText }),
  /** A file that a person opened with the application; its bytes are at `opened/{token}`, once. */
  z.strictObject({
    kind: z.literal('file'),
    token: z.string().regex(/^[0-9a-f-]{36}$/),
    name: z.string().min(1).max(255),
  }),
]);
export type ToWindow = z.infer<typeof ToWindow>;
/** Those that the page gets as they are; the port has a way of its own. */
export type ToPage = Exclude<ToWindow, { kind: 'port' | 'lost' }>;
