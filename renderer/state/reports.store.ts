import { create } from 'zustand';
import type { RefusalView, ReportView, SessionView } from '#core/contract';
import type { Client } from '../connect.ts';
import { toRefusal } from './refusal.ts';

type ReportsStore = {
  /** Newest first. Null until they came. */
  reports: readonly ReportView[] | null;
  next: number | null;
  total: number;
  sessions: readonly SessionView[];
  search: string;
  refusal: RefusalView | null;
};

export const useReports = create<ReportsStore>()(() => ({
  reports: null,
  next: null,
  total: 0,
  sessions: [],
  search: '',
  refusal: null,
}));

/** Asked for at once; the rest follows when somebody wants older ones. */
const PAGE = 60;
/** Only the answer to the last question is shown. */
let asked = 0;

/** The newest that match, and the sessions under way. */
export async function loadReports(client: Client): Promise<void> {
  asked += 1;
  const mine = asked;
  try {
    const { search } = useReports.getState();
    const [page, sessions] = await Promise.all([
      client.reports.list({ text: search, limit: PAGE }),
      client.reports.running(),
    ]);
    if (mine === asked) useReports.setState({ ...page, sessions, refusal: null });
  } catch (error) {
    if (mine === asked) useReports.setState({ refusal: toRefusal(error) });
  }
}

/** Those before the last one shown. */
export async function loadOlder(client: Client): Promise<void> {
  const { next, search, reports } = useReports.getState();
  if (next === null) return;
  const mine = asked;
  try {
    const page = await client.reports.list({ text: search, before: next, limit: PAGE });
    if (mine !== asked) return;
    useReports.setState({ reports: [...(reports ?? []), ...page.reports], next: page.next });
  } catch (error) {
    if (mine === asked) useReports.setState({ refusal: toRefusal(error) });
  }
}

const OPERATOR = 'ota-bench-operator';

/** Who wrote the last report in this window: it is mostly the same person. */
export function lastOperator(): string {
  try {
    return localStorage.getItem(OPERATOR) ?? '';
  } catch {
    return '';
  }
}

export function keepOperator(name: string): void {
  try {
    localStorage.setItem(OPERATOR, name);
  } catch {
    // A browser that keeps nothing asks again.
  }
}
