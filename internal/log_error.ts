import { errorText } from "./error_text.ts";

/** Writes an error to the console. If the console can't show it, writes its text. */
export function logError(error: unknown): void {
  try {
    console.error(error);
  } catch {
    // The console reads properties, and those of a proxy can throw.
    console.error(errorText(error));
  }
}
