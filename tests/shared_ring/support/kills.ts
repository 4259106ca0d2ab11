import { sized } from "../../support/suite/long.ts";

const env = Deno.permissions.querySync({ name: "env" }).state === "granted";

/** At how many moments processes are killed and stopped: `KILLS`, else 1 (3 in long runs). */
export const KILLS = Number(
  (env ? Deno.env.get("KILLS") : undefined) ?? sized(1, 3),
);
