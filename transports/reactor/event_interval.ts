const VARIABLE = "DENO_TOKIO_EVENT_INTERVAL";
/** The default of Deno's runtime, tokio: https://docs.rs/tokio, `event_interval`. */
const DEFAULT_INTERVAL = 61;

/**
 * After how many turns of the event loop Deno looks at its own sockets, while turns
 * follow each other. It is read from the environment; where the program may not read
 * that, it is taken for the default.
 */
export function eventInterval(): number {
  const { state } = Deno.permissions.querySync({
    name: "env",
    variable: VARIABLE,
  });
  const value = state === "granted" ? Deno.env.get(VARIABLE) : undefined;
  return Number(value ?? DEFAULT_INTERVAL);
}
