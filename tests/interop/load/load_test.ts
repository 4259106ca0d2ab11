/** The native program at either end under load, while it is killed, frozen and flooded. */
import { deadline } from "@std/async";
import { Prng } from "../../fuzz/prng.ts";
import { HANGS_AFTER } from "../../support/hangs_after.ts";
import { sized } from "../../support/suite/long.ts";
import { whatIsMissing } from "../matrix/matrix.ts";
import { Scene } from "../matrix/scene.ts";
import { TRANSPORTS } from "../matrix/transports.ts";
import { FATES } from "./fates.ts";
import { fromNative } from "./from_native.ts";
import { toNative } from "./to_native.ts";

for (const transport of Object.values(TRANSPORTS)) {
  const needs = whatIsMissing(transport);
  for (const fate of FATES) {
    for (const [side, run] of Object.entries({ toNative, fromNative })) {
      const who = side === "toNative" ? "server" : "client";
      const name =
        `${transport.name}: each request is accounted for, with a native ${who} that is ${fate}`;
      Deno.test({
        name: needs === null ? name : `${name} [needs ${needs}]`,
        ignore: needs !== null,
        async fn() {
          for (let seed = 1; seed <= sized(1, 20); seed++) {
            const prng = new Prng(seed);
            await using scene = new Scene(
              transport,
              prng.pick(["little", "big"]),
            );
            await deadline(
              run(scene, fate, prng, sized(100, 500)),
              HANGS_AFTER,
            );
          }
        },
      });
    }
  }
}
