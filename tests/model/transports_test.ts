/** Random schedules over every transport. */
import { conformance } from "../support/conformance.ts";
import { sized } from "../support/suite/long.ts";
import { check } from "./check.ts";
import { linkOver } from "./transport_link.ts";

for (let seed = 1; seed <= sized(1, 16); seed++) {
  conformance(
    `what both sides see in random schedules is what the model allows (seed ${seed})`,
    async ({ transport }) => {
      const found = await check({
        seed,
        runs: 12,
        maxSteps: 40,
        makeLink: linkOver(transport),
      });
      if (found !== null) throw found.error;
    },
  );
}
