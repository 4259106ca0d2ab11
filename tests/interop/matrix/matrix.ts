import { deadline } from "@std/async";
import { PERMISSIONS } from "../../support/permissions.ts";
import { whyNoNative } from "../support/native_program.ts";
import type { Scenario } from "./scenario.ts";
import { SCENARIOS } from "./scenarios/mod.ts";
import { Scene } from "./scene.ts";
import type { MatrixTransport } from "./transports.ts";
import { HANGS_AFTER } from "../../support/hangs_after.ts";
import { LONG } from "../../support/suite/long.ts";

const SIDES = {
  toNative: "TypeScript client, native server",
  fromNative: "native client, TypeScript server",
} as const;

const ENDIANS = ["little", "big"] as const;

/** Registers the cells of a transport, and prints how many were run and skipped. */
export function matrix(transport: MatrixTransport): void {
  const { half } = transport;
  const counts = { run: 0, skipped: 0 };
  const needs = whatIsMissing(transport);
  for (const side of ["toNative", "fromNative"] as const) {
    for (const endian of ENDIANS) {
      for (const [i, scenario] of SCENARIOS.entries()) {
        const fn = scenario[side];
        if (fn === undefined || scenario.where?.(transport) === false) continue;
        if (!LONG && half !== null && endian !== ENDIANS[(i + half) % 2]) {
          continue;
        }
        const where = `${SIDES[side]}, ${transport.name}, ${endian} endian`;
        const name = `${where}: ${title(scenario)}`;
        if (needs !== null) {
          counts.skipped++;
          Deno.test({
            name: `${name} [needs ${needs}]`,
            ignore: true,
            fn() {},
          });
          continue;
        }
        Deno.test(name, async (t) => {
          counts.run++;
          await using scene = new Scene(transport, endian);
          await deadline(fn(scene, t), HANGS_AFTER);
        });
      }
    }
  }
  // Also where all of them are skipped, and hooks of Deno.test don't run.
  addEventListener("unload", () => {
    console.log(
      `Interop over ${transport.name}: ${counts.run} cells run, ${counts.skipped} skipped`,
    );
  });
}

function title({ name, defect }: Scenario): string {
  return defect === undefined ? name : `${name} [native defect ${defect}]`;
}

/** What the cells of a transport need and is missing; null if nothing is. */
export function whatIsMissing(transport: MatrixTransport): string | null {
  for (const permission of ["run", transport.permission] as const) {
    const { flag, granted } = PERMISSIONS[permission];
    if (!granted) return flag;
  }
  return whyNoNative();
}
