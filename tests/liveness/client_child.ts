/**
 * Connects to its first argument with a heartbeat of so many ms, says that it has
 * an answer, and what a call fails with that never gets one.
 */
import { type Address, connect } from "../../mod.ts";

const [address, ms] = Deno.args;
const heartbeat = { interval: Number(ms), timeout: Number(ms) };
const peer = await connect(address as Address, { heartbeat });
console.log((await peer.call(1, "")).text());
const calling = peer.call(2, "").catch((error) => error);
const { code, outcome } = await calling;
const end = await peer.closed;
console.log(`${code} ${outcome} ${end?.code}`);
