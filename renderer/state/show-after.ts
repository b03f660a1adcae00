/**
 * Shows what a command left behind. Where that cannot be asked any more the command is neither
 * undone nor refused by it: whoever shows it asks again once the connection is back.
 */
export async function showAfter<T>(ask: () => Promise<T>, show: (value: T) => void): Promise<void> {
  try {
    show(await ask());
  } catch {
    // What is shown already stays until then.
  }
}
