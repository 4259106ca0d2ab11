/** Pools over Unix seqpacket connections, as programs use them. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Peer, RpcError } from "../../mod.ts";
import { connect, listen } from "../../endpoints/unix_seqpacket.ts";
import { UnixSeqpacketTransport } from "../../transports/unix_seqpacket/unix_seqpacket_transport.ts";
import {
  SharedMemory,
  SharedMemoryPool,
} from "../../transports/shared_memory/mod.ts";
import { testWith } from "../support/permissions.ts";
import { throwsWith } from "./support.ts";
import { TempDir } from "../support/files/temp_dir.ts";

const FRAME = 1;

testWith(
  "ffi",
  "frames change hands in warm memory, one call for each",
  async () => {
    const [a, b] = UnixSeqpacketTransport.pair();
    await using camera = Peer.spawn(a);
    await using viewer = Peer.spawn(b);
    using lending = new SharedMemoryPool(camera);
    using mapping = new SharedMemoryPool(viewer);
    const serving = viewer.serve({
      [FRAME](_request, body) {
        const [fd] = body.fds;
        const { bytes } = mapping.map(fd!);
        const frame = bytes.subarray(0, Number(body.text()));
        return `${frame[0]} to ${frame.at(-1)}`;
      },
    });
    const sizes = [100_000, 120_000, 90_000, 131_072];
    for (const [frame, size] of sizes.entries()) {
      using lease = lending.lend(size);
      lease.bytes.fill(frame);
      const body = { data: `${size}`, fds: [lease.fd] };
      const answer = await camera.call(FRAME, body);
      assertEquals(answer.text(), `${frame} to ${frame}`);
    }
    assertEquals(lending.stats().regions, 1);
    assertEquals(mapping.stats().mappings, 1);
    await camera.close();
    await serving;
  },
);

testWith(
  "ffi",
  "leases that are out end with the connection, on both sides",
  async () => {
    const [a, b] = UnixSeqpacketTransport.pair();
    await using camera = Peer.spawn(a);
    await using viewer = Peer.spawn(b);
    const lending = new SharedMemoryPool(camera);
    const mapping = new SharedMemoryPool(viewer);
    const lease = lending.lend(100);
    lease.bytes.fill(1);
    await camera.sendStream(FRAME, { data: "", fds: [lease.fd] });
    const message = await viewer.recvMessage();
    assert(message?.kind === "stream");
    const view = mapping.map(message.message.body.fds[0]!);
    assertEquals(view.bytes[99], 1);
    const { fd } = lease;
    await viewer.close();
    await camera.closed;
    assert(lease.released && fd.closed);
    throwsWith("connection-closed", () => lending.lend(1));
    throwsWith("connection-closed", () => mapping.map(fd));
  },
);

testWith(
  "ffi",
  "a descriptor that is not safe to map is an error response, and closed",
  async () => {
    const [a, b] = UnixSeqpacketTransport.pair();
    await using camera = Peer.spawn(a);
    const errors: unknown[] = [];
    const onError = (error: unknown): void => void errors.push(error);
    await using viewer = Peer.spawn(b, { onError });
    using mapping = new SharedMemoryPool(viewer);
    const received: { readonly closed: boolean }[] = [];
    const serving = viewer.serve({
      [FRAME](_request, body) {
        using _ = body;
        received.push(...body.fds);
        return `${mapping.map(body.fds[0]!).size}`;
      },
    });
    using memory = SharedMemory.create(100);
    const send = () => camera.call(FRAME, { data: "", fds: [memory.fd] });
    const error = await assertRejects(send, RpcError, "must call seal()");
    assertEquals(error.code, "remote-error");
    memory.seal();
    assertEquals((await send()).text(), "100");
    assertEquals(received.map(({ closed }) => closed), [true, true]);
    assertEquals(errors.length, 1);
    await camera.close();
    await serving;
  },
);

testWith(
  "ffi",
  "two viewers of one camera never get the same memory",
  async () => {
    using folder = new TempDir();
    const path = `${folder.path}/camera`;
    await using listener = listen(path);
    const running = listener.run(async (peer) => {
      using pool = new SharedMemoryPool(peer);
      await peer.serve({
        async [FRAME](request, body) {
          using lease = pool.lend(100);
          const before = lease.bytes[0];
          lease.bytes.fill(Number(body.text()));
          await request.sendUpdate(FRAME, {
            data: `${before}`,
            fds: [lease.fd],
          });
          await request.recvUpdate();
        },
      });
    });
    const inodes: Set<number>[] = [];
    for (const viewer of [1, 2]) {
      const own = new Set<number>();
      inodes.push(own);
      await using peer = await connect(path);
      using pool = new SharedMemoryPool(peer);
      for (let frame = 0; frame < 3; frame++) {
        const request = await peer.sendRequest(FRAME, `${viewer}`);
        const update = await request.recvUpdate();
        assert(update !== null);
        // Nothing of the other viewer's, though its memory is free by now.
        assertEquals(update.text(), frame === 0 ? "0" : `${viewer}`);
        const [fd] = update.body.fds;
        own.add(fd!.stat().ino!);
        assertEquals(pool.map(fd!).bytes[99], viewer);
        await request.sendUpdate(FRAME, "done");
        await request.recvResponse();
      }
    }
    assertEquals(inodes.map((own) => own.size), [1, 1]);
    assertEquals(inodes[0]!.intersection(inodes[1]!).size, 0);
    listener.close();
    await running;
  },
);

testWith(
  "all",
  "memory that was lent to a process is taken back when that is killed",
  async () => {
    using folder = new TempDir();
    const path = `${folder.path}/camera`;
    await using listener = listen(path);
    const viewer = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        "--quiet",
        new URL("viewer_child.ts", import.meta.url).href,
        path,
      ],
      stdin: "null",
    }).spawn();
    await using peer = await listener.accept();
    const pool = new SharedMemoryPool(peer);
    const lease = pool.lend(100);
    lease.bytes.fill(5);
    const request = await peer.sendRequest(FRAME, {
      data: "",
      fds: [lease.fd],
    });
    const seen = await request.recvUpdate();
    assertEquals(seen?.text(), "5");
    viewer.kill("SIGKILL");
    await viewer.status;
    await peer.closed;
    assert(lease.released);
    assertEquals(pool.stats().regions, 0);
    await assertRejects(() => request.recvResponse(), RpcError);
  },
);
