import { CUTS, HANDOVERS, holdAndCut, lengthOf } from "./scene.ts";

// Both sides say the same, so cutting one direction cuts from either side.
for (const how of Object.keys(CUTS)) {
  for (const handover of HANDOVERS) {
    Deno.test(
      `A conversation that is cut at any byte settles every promise with the right code: ${how} (${handover.kind})`,
      async () => {
        const length = await lengthOf();
        const cuts: Promise<void>[] = [];
        // A failed write is noticed only where something is written.
        const last = how.includes("fails to write") ? length - 1 : length;
        for (let at = 0; at <= last; at++) {
          cuts.push(holdAndCut(at, how, handover));
        }
        await Promise.all(cuts);
      },
    );
  }
}
