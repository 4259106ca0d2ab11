/** Lets a process run out of descriptors at each step of listening, and of taking a socket over. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UnixSeqpacketTransport } from "../../../mod.ts";
import { limitDescriptors } from "../../support/processes/limits.ts";
import { Scene } from "../support/scene.ts";

/** What the reactor takes: an epoll instance and an eventfd. */
const OF_REACTOR = 2;
/** Above all that is open. */
const HIGHEST = 1000;

function count(scene: Scene): number {
  let open = 0;
  for (let fd = 0; fd < HIGHEST; fd++) if (scene.libc.isOpen(fd)) open++;
  return open;
}

/** Calls something with so few descriptors left; what it threw, or null. */
function withSpare(spare: number, call: () => void): unknown {
  using _limit = limitDescriptors(spare);
  try {
    call();
    return null;
  } catch (error) {
    return error;
  }
}

async function listening(scene: Scene, address: string): Promise<void> {
  const before = count(scene);
  const error = withSpare(0, () => {
    UnixSeqpacketTransport.listen(address);
  });
  assert(error instanceof Error, "listened with none left");
  assert(error.message.includes("os error 24"), error.message);
  assertEquals(count(scene), before);
  assertEquals([...Deno.readDirSync(scene.dir)], []);
  // The address is free still.
  await UnixSeqpacketTransport.listen(address).close();
}

/** A listener watches its socket from the first accept on, and can try that again. */
async function accepting(scene: Scene, address: string): Promise<void> {
  const listener = UnixSeqpacketTransport.listen(address);
  for (let spare = 0; spare < OF_REACTOR; spare++) {
    const before = count(scene);
    using _limit = limitDescriptors(spare);
    const error = await assertRejects(() => listener.accept(), Error);
    assert(error.message.includes("os error 24"), error.message);
    assertEquals(count(scene), before, `descriptors, with ${spare} left`);
  }
  const accepted = listener.accept();
  await (await UnixSeqpacketTransport.connect(address)).close();
  await (await accepted).close();
  await listener.close();
}

async function takingOver(scene: Scene): Promise<void> {
  const [a, b] = UnixSeqpacketTransport.socketPair();
  // What is taken over has its number: an epoll instance and an eventfd are new.
  for (let spare = 0; spare < OF_REACTOR; spare++) {
    const before = count(scene);
    const error = withSpare(spare, () => {
      new UnixSeqpacketTransport(a);
    });
    assert(error instanceof Error, `taken over with ${spare} left`);
    assertEquals([count(scene), a.closed], [before, false]);
  }
  const transport = new UnixSeqpacketTransport(a);
  assertThrows(() => a.fd, TypeError);
  await transport.close();
  b.close();
}

await Scene.run(async (scene) => {
  // Whatever the runtime opens at the first use, and what is loaded then.
  const first = `${scene.dir}/first`;
  const listener = UnixSeqpacketTransport.listen(first);
  const accepted = listener.accept();
  await (await UnixSeqpacketTransport.connect(first)).close();
  await (await accepted).close();
  await listener.close();
  await listening(scene, `${scene.dir}/s`);
  await listening(scene, `\0${scene.dir}`);
  await accepting(scene, `${scene.dir}/s`);
  await takingOver(scene);
});
console.log("done");
