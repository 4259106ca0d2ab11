/**
 * Drops request handles without a word; needs `--v8-flags=--expose-gc`. Prints what
 * became of them, as JSON.
 */
import { Connection } from "../../../peer/connection.ts";
import { PeerHandle } from "../../../peer/handles/peer_handle.ts";
import { RpcError, UnixSeqpacketTransport } from "../../../mod.ts";
import { collect } from "../../support/collect.ts";
import { HandClock } from "../../support/hand_clock.ts";
import { openFds } from "../leaks/case.ts";
import { nextRequest, Scene, type UnixPeer } from "../support/scene.ts";

const TURNS = 200;

/** When open requests are looked through, in milliseconds. */
const PERIOD = 1000;

interface Ends {
  readonly client: UnixPeer;
  readonly server: UnixPeer;
  readonly clock: HandClock;
}

/** Two peers whose time passes by hand. */
function connect(scene: Scene): Ends {
  const clock = new HandClock();
  const [client, server] = UnixSeqpacketTransport.pair().map((transport) => {
    const connection = new Connection(transport, {}, { clock });
    connection.start();
    return scene.use(new PeerHandle(connection));
  });
  return { client: client!, server: server!, clock };
}

/** What a descriptor is of; null where it is closed, as that which read the directory. */
function fileOf(fd: number): string | null {
  try {
    return Deno.readLinkSync(`/proc/self/fd/${fd}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** How many descriptors of untaken responses are open before and after. */
async function untaken(scene: Scene): Promise<unknown> {
  const COUNT = 10;
  const { client, server } = connect(scene);
  const fds = scene.fds(5);
  const serving = server.serve({
    1: (request) => request.sendResponse(1, { data: "", fds }),
  });
  // Waiting takes descriptors too, as do the runtime's own threads: they aren't counted.
  const files = new Set<string | null>(fds.map(({ fd }) => fileOf(fd)));
  const open = (): number =>
    openFds().filter((fd) => files.has(fileOf(fd))).length;
  const before = open();
  async function ask(): Promise<void> {
    const requests = [];
    for (let i = 0; i < COUNT; i++) {
      requests.push(await client.sendRequest(1, ""));
    }
    // Behind the other responses.
    const last = await client.call(1, "");
    last.body[Symbol.dispose]();
    requests.length = 0;
  }
  await ask();
  const left = (): number => open() - before;
  const came = left();
  await collect(TURNS, () => left() === 0);
  const result = { came, left: left() };
  await client.close();
  await serving;
  return result;
}

/** Takes a request, whose response is refused, and forgets it. */
async function takeAndFail(
  { server, clock }: Ends,
  scene: Scene,
  beforeRefusal: (clock: HandClock) => void,
): Promise<string> {
  const { request } = await nextRequest(server);
  const [fd] = scene.fds(1);
  const sending = request.sendResponse(1, { data: "", fds: [fd!] });
  fd!.close();
  beforeRefusal(clock);
  try {
    await sending;
  } catch (error) {
    if (error instanceof RpcError) return error.code;
    throw error;
  }
  throw new Error("It wasn't refused");
}

/** What the client gets for a request whose response was refused, and that was forgotten. */
async function refused(
  scene: Scene,
  beforeRefusal: (clock: HandClock) => void,
): Promise<unknown> {
  const ends = connect(scene);
  const { client, server, clock } = ends;
  const sent = await client.sendRequest(1, "");
  const code = await takeAndFail(ends, scene, beforeRefusal);
  const early = server.stats().openReceivedRequests;
  clock.turn(PERIOD);
  await collect(TURNS, () => server.stats().openReceivedRequests === 0);
  const late = server.stats().openReceivedRequests;
  // What isn't answered by now ends with the connection.
  const [answer] = await Promise.allSettled([
    sent.recvResponse(),
    server.close(),
  ]);
  const text = answer.status === "fulfilled" ? answer.value.text() : null;
  return { code, early, late, text };
}

const CASES: Record<string, (scene: Scene) => Promise<unknown>> = {
  untaken,
  refused: (scene) => refused(scene, () => {}),
  refusedAfterSweep: (scene) => refused(scene, (clock) => clock.turn(PERIOD)),
};

await Scene.run(async (scene) => {
  console.log(JSON.stringify(await CASES[Deno.args[0]!]!(scene)));
});
