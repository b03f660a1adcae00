export function memoryFolder(): { TMPDIR?: string };
