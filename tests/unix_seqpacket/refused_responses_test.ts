/** Requests whose responses couldn't be sent, and that nobody answers then. */
import { assertEquals, assertRejects } from "@std/assert";
import { RpcError } from "../../mod.ts";
import { testWith } from "../support/permissions.ts";
import { programWith } from "./children/program.ts";
import { nextRequest, sceneTest } from "./support/scene.ts";

const DROPPED = "The request was dropped without an answer";

async function child(what: string): Promise<unknown> {
  const flags = ["-A", "--v8-flags=--expose-gc"];
  const { code, said, errors } = await programWith(
    flags,
    "dropped_handles.ts",
    what,
  );
  assertEquals(code, 0, errors);
  return JSON.parse(said);
}

const ANSWERED = {
  code: "encode-failed",
  early: 1,
  late: 0,
  text: `failed: ${DROPPED}`,
};

testWith(
  "all",
  "A request whose response was refused is answered when its handle is garbage-collected",
  async () => {
    assertEquals(await child("refused"), ANSWERED);
  },
);

testWith(
  "all",
  "A request whose response is refused after the sweep is answered when its handle is garbage-collected",
  async () => {
    assertEquals(await child("refusedAfterSweep"), ANSWERED);
  },
);

sceneTest(
  "A request that is disposed before its response is refused is answered",
  async (scene) => {
    const [client, server] = scene.pair();
    const [fd] = scene.fds(1);
    const sent = await client.sendRequest(1, "");
    const { request } = await nextRequest(server);
    const sending = request.sendResponse(1, { data: "", fds: [fd!] });
    request[Symbol.dispose]();
    fd!.close();
    const error = await assertRejects(() => sending, RpcError);
    assertEquals([error.code, error.fatal], ["encode-failed", false]);
    const response = await sent.recvResponse();
    assertEquals(
      [response.isError, response.text().startsWith("failed: ")],
      [true, true],
    );
    assertEquals(server.stats().openReceivedRequests, 0);
  },
);
