/** Mutated bytes, with seeds, for all that takes some: `deno task fuzz` makes more of them. */
import { testWith } from "../support/permissions.ts";
import { whyNoCertificates } from "../tls/certificates.ts";
import { sized } from "../support/suite/long.ts";
// What it opens would be a leak, if the targets were the first to import it.
import "../unix_seqpacket/support/raw_libc.ts";

testWith(
  "all",
  "mutated bytes end in a result or a documented error",
  async (t) => {
    // Reads files, which a run without permissions must not.
    const { TARGETS } = await import("./bytes/targets.ts");
    const { runTarget, toHex } = await import("./bytes/run_target.ts");
    for (const target of TARGETS) {
      await t.step(target.name, async () => {
        const runs = sized(target.isSlow ? 5 : 25, 2000);
        let given = 0;
        try {
          const onRun = (): void => void given++;
          const bad = await runTarget(target, { seed: 1, runs, onRun });
          if (bad !== null) {
            const { error, input } = bad;
            throw new Error(`${error}\n${toHex(input)}`, { cause: error });
          }
          if (given !== runs) {
            throw new Error(`Only ${given} inputs were given`);
          }
        } finally {
          await target.end?.();
        }
      });
    }
    const noTls = whyNoCertificates();
    if (noTls !== null) {
      await t.step({ name: `TLS [needs ${noTls}]`, ignore: true, fn() {} });
    }
  },
);
