/** Messages that can't be sent because of a limit of the library or of the kernel. */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  type FileDescriptor,
  RpcError,
  UnixSeqpacketTransport,
} from "../../../mod.ts";
import {
  assertUsable,
  nextRequest,
  nextStream,
  type Scene,
  type UnixPeer,
} from "../support/scene.ts";
import { type Cases, remember } from "./case.ts";

const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const LONG = 64 * 1024;
const LIMITS = { maxBodyLenRead: LONG, maxBodyLenWrite: LONG };

/** Something that can't be sent: the body, and how the error looks. */
interface Refused {
  readonly body: { data: string; fds?: FileDescriptor[] };
  check(error: RpcError): void;
}

/** Sends it in all the ways there are; each is refused, and the rest goes on. */
async function refuseAll(
  a: UnixPeer,
  b: UnixPeer,
  { body, check }: Refused,
): Promise<void> {
  const refused = async (send: () => Promise<unknown>): Promise<void> => {
    const before = a.sendStream(1, "before");
    const sent = assertRejects(send, RpcError);
    const behind = a.sendStream(2, "behind");
    const error = await sent;
    assertEquals(error.fatal, false);
    check(error);
    assertEquals((await nextStream(b)).text(), "before");
    assertEquals((await nextStream(b)).text(), "behind");
    await Promise.all([before, behind]);
  };
  await refused(() => a.sendStream(3, body));
  await refused(() => a.sendRequest(3, body));
  assertEquals(a.stats().openSentRequests, 0);
  await refused(() => a.call(3, body));
  assertEquals(a.stats().openSentRequests, 0);
  const sent = await a.sendRequest(4, "");
  const received = await nextRequest(b);
  await refused(() => sent.sendUpdate(3, body));
  await received.request.sendResponse(4, "");
  await sent.recvResponse();
  const other = await b.sendRequest(5, "");
  const { request } = await nextRequest(a);
  await refused(() => request.sendUpdate(3, body));
  await refused(() => request.sendResponse(5, body));
  // The request is still open.
  assertEquals(request.closed, false);
  assertEquals(a.stats().openReceivedRequests, 1);
  await request.sendUpdate(6, "sorry");
  assertEquals((await other.recvUpdate())?.text(), "sorry");
  await request.sendResponse(5, "smaller");
  assertEquals((await other.recvResponse()).text(), "smaller");
  await assertUsable(a, b);
}

/** Makes the send buffer of one side smaller than it has to be. */
function shrunkPair(scene: Scene, size: number): [UnixPeer, UnixPeer] {
  const [left, raw] = scene.libc.socketPair(5 | 0o2000000);
  const pair = scene.adopt(left, raw, LIMITS);
  const value = new Int32Array([size / 2]);
  const { setsockopt } = scene.libc.symbols;
  scene.libc.ok(setsockopt(left, SOL_SOCKET, SO_SNDBUF, value, 4));
  return pair;
}

export const WRITE_LIMITS: Cases = {
  async "a body over maxBodyLenWrite"(scene) {
    const fds = scene.fds(2);
    const [a, b] = scene.pair({ maxBodyLenWrite: 100 });
    const assertSame = remember();
    await refuseAll(a, b, {
      body: { data: "x".repeat(101), fds },
      check(error) {
        assertEquals(error.code, "payload-too-large");
        assertEquals([error.limit, error.actual], [100, 101]);
        assertStringIncludes(error.message, "maxBodyLenWrite");
      },
    });
    assertSame();
  },
  async "more descriptors than maxFdsWrite"(scene) {
    const fds = scene.fds(4);
    const [a, b] = scene.pair({ maxFdsWrite: 3 });
    const assertSame = remember();
    await refuseAll(a, b, {
      body: { data: "x", fds },
      check(error) {
        assertEquals(error.code, "too-many-fds");
        assertEquals([error.limit, error.actual], [3, 4]);
        assertStringIncludes(error.message, "maxFdsWrite");
      },
    });
    assertSame();
  },
  async "254 descriptors, one more than the kernel takes"(scene) {
    const [fd] = scene.fds(1) as [FileDescriptor];
    const [a, b] = scene.pair({ maxFdsWrite: 253 });
    const assertSame = remember();
    await refuseAll(a, b, {
      body: { data: "x", fds: Array.from({ length: 254 }, () => fd) },
      check: ({ code, limit }) =>
        assertEquals([code, limit], ["too-many-fds", 253]),
    });
    assertSame();
  },
  async "a body that doesn't fit the send buffer any more"(scene) {
    const fds = scene.fds(2);
    const size = 16 * 1024;
    const [a, b] = shrunkPair(scene, size);
    const assertSame = remember();
    await refuseAll(a, b, {
      body: { data: "x".repeat(40 * 1024), fds },
      check(error) {
        assertEquals(error.code, "payload-too-large");
        assertEquals(error.actual, 40 * 1024);
        assertEquals(error.limit, size - 32 - 12);
        assertStringIncludes(error.message, `${size - 32 - 12}`);
      },
    });
    // What it says does fit.
    await Promise.all([
      a.sendStream(1, "x".repeat(size - 32 - 12)),
      nextStream(b),
    ]);
    assertSame();
  },
  async "a copied body that doesn't fit any more: its request fails, its response is an error"(
    scene,
  ) {
    const [a, b] = shrunkPair(scene, 8 * 1024);
    const body = "x".repeat(20 * 1024);
    const asked = await a.sendRequest(1, body);
    const failed = await assertRejects(() => asked.recvResponse(), RpcError);
    assertEquals([failed.code, failed.fatal], ["payload-too-large", false]);
    assertEquals(a.stats().openSentRequests, 0);
    const other = await b.sendRequest(2, "");
    const { request } = await nextRequest(a);
    await request.sendResponse(2, body);
    const response = await other.recvResponse();
    assert(response.isError);
    assertStringIncludes(response.text(), "failed: ");
    await assertUsable(a, b);
  },
  async "a maxBodyLenWrite that can't fit fails, and leaves nothing open"(
    scene,
  ) {
    const path = `${scene.dir}/s`;
    const fits = UnixSeqpacketTransport.listen(path);
    const assertSame = remember();
    const maxBodyLenWrite = 2 ** 30;
    const message = "net.core.wmem_max";
    assertThrows(
      () => UnixSeqpacketTransport.listen(`${path}2`, { maxBodyLenWrite }),
      RangeError,
      message,
    );
    assertThrows(
      () => UnixSeqpacketTransport.pair({ maxBodyLenWrite }),
      RangeError,
      message,
    );
    await assertRejects(
      () => UnixSeqpacketTransport.connect(path, { maxBodyLenWrite }),
      RangeError,
      message,
    );
    assertEquals([...Deno.readDirSync(scene.dir)].length, 1);
    assertSame();
    await fits.close();
  },
};
