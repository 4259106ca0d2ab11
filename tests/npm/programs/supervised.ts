/**
 * A program that is looked after; see `supervise.ts`. It connects to the address that is
 * its argument, which shows that it lives.
 */
import process from "node:process";
import { connect } from "@fizyr/rpc";
import { connectToParent } from "@fizyr/rpc/supervise";

console.log("started");
const LIMITS = { maxBodyLenRead: 1e6, maxBodyLenWrite: 1e6 };
const parent = connectToParent(LIMITS);
const [, , address] = process.argv;
if (address !== undefined) await connect(address);
await parent.serve({
  1: () => `${process.pid}`,
  2: (_request, body) => body.data,
});
console.log("served");
