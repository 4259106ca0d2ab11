/**
 * Goes through the interface of the native program at the address that is its
 * argument. Prints what it got, as JSON.
 */
import process from "node:process";
import { connect } from "@fizyr/rpc";

const PING = 0, RECORD = 2, CANCEL = 0;

const peer = await connect(process.argv[2]!);
const ping = (await peer.call(PING, "null")).json();
const recording = await peer.sendRequest(
  RECORD,
  JSON.stringify({ images: 2, until_cancelled: true }),
);
const updates: number[] = [];
for await (const update of recording) {
  updates.push(update.header.serviceId);
  if (updates.length < 4) continue;
  await recording.sendUpdate(CANCEL, JSON.stringify({ reason: "enough" }));
}
const response = (await recording.recvResponse()).json();
const refused = await peer.call(
  RECORD,
  JSON.stringify({ images: 0, until_cancelled: false }),
).catch((error: Error) => error.message);
await peer.close();
console.log(JSON.stringify({ ping, updates, response, refused }));
