/** The clock of the system is set, again and again, while connections are in use. */
import { assert, assertEquals } from "@std/assert";
import { connect, listen } from "../../mod.ts";
import { reconnect } from "../../reconnect/mod.ts";
import { readSources } from "../../tools/dev/source_tree.ts";
import { Accounting } from "../../tools/soak/account.ts";
import { serve } from "../../tools/soak/serve.ts";
import { ECHO, OPTIONS } from "../../tools/soak/services.ts";
import { Traffic } from "../../tools/soak/traffic.ts";
import { Prng } from "../fuzz/prng.ts";
import { testWith } from "../support/permissions.ts";
import { timeOfDay } from "../support/time_of_day.ts";

const CORE =
  /^(protocol|internal|transports|peer|listener|endpoints|interface|reconnect|supervise|nats)\//;

/** What is said to users, who have a calendar. */
const TOLD = [
  "listener/listener.ts",
  "peer/flow/flow_control.ts",
  "peer/moment.ts",
  "reconnect/link_options.ts",
  "transports/tls/tls_error.ts",
];

testWith(
  "read",
  "The time of day is told, and nothing is timed by it",
  async () => {
    const sources = await readSources(
      new URL("../..", import.meta.url).pathname,
    );
    const users = sources.filter(({ path, text }) =>
      CORE.test(path) &&
      /\bDate\.now\b|new Date\(\)/.test(text.replace(/\/\*[\s\S]*?\*\//g, ""))
    );
    assertEquals(users.map(({ path }) => path).sort(), TOLD);
  },
);

testWith(
  "net",
  "Whatever the time of day becomes, all is answered, and times stay what they are",
  async () => {
    const prng = new Prng(1);
    const YEAR = 365 * 86_400_000;
    const options = {
      ...OPTIONS,
      onError() {},
      heartbeat: { interval: 1000, timeout: 1000 },
      // So that reading pauses.
      maxInboxMessages: 4,
      maxRequestInboxMessages: 4,
    };
    using _ = timeOfDay((ms) => ms + prng.int(-YEAR, YEAR));
    await using listener = listen("tcp://127.0.0.1:0", options);
    listener.run(serve);
    const address = `tcp://127.0.0.1:${listener.addr.port}`;
    const accounting = new Accounting();
    await using peer = await connect(address, options);
    const session = new Traffic(prng, accounting)
      .session(peer, { rounds: 40, atOnce: 16 });
    let paused = 0;
    let isOver = false;
    session.finally(() => isOver = true);
    await using link = reconnect(address, options);
    while (!isOver) {
      await link.call(ECHO, "");
      const { pausedTime } = peer.stats();
      assert(pausedTime >= paused && pausedTime < 60_000, `${pausedTime}`);
      paused = pausedTime;
    }
    await session;
    const { sent, answered, failed, wrong } = accounting.account;
    assertEquals([failed, wrong, answered], [{}, {}, sent]);
    assert(peer.stats().pauses > 0);
  },
);
