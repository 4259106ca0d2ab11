/** How an accept ends when its listener is closed here: as Deno's own does. */
export function listenerClosed(): Error {
  return new Deno.errors.Interrupted("The listener was closed");
}
