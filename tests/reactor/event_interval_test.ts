/** What the reactor knows of how often Deno looks at its own sockets. */
import { assertEquals } from "@std/assert";
import { testWith } from "../support/permissions.ts";

const PROGRAM = `
  import { eventInterval } from ${
  JSON.stringify(
    import.meta.resolve("../../transports/reactor/event_interval.ts"),
  )
};
  console.log(eventInterval());`;

/** The interval in a program that is started with this environment. */
async function intervalOf(
  env: Record<string, string>,
  args: string[] = [],
): Promise<number> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      ...args,
      `data:text/typescript,${encodeURIComponent(PROGRAM)}`,
    ],
    env,
    stdin: "null",
    stderr: "inherit",
  }).output();
  return Number(new TextDecoder().decode(stdout));
}

const ALLOWED = ["--allow-env=DENO_TOKIO_EVENT_INTERVAL"];

testWith(
  "run",
  "the interval is that of the environment, where it may be read",
  async () => {
    const env = { DENO_TOKIO_EVENT_INTERVAL: "17" };
    assertEquals(
      await Promise.all([
        intervalOf(env, ALLOWED),
        intervalOf(env),
        intervalOf({}, ALLOWED),
      ]),
      [17, 61, 61],
    );
  },
);
