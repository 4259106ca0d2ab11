/** A capture that can't be read, or not to its end. */
export class CaptureError extends Error {
  /** Its name. */
  override readonly name = "CaptureError";
}
