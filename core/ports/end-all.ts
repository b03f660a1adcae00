/**
 * Takes every step in order, also those after one that failed: what is to be closed must not stay
 * open because something else could not be.
 *
 * @throws what the first step that failed threw
 */
export async function endAll(steps: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
