/** A client of `bench/flood.ts`: writes stream messages of a byte as fast as they are taken. @module */
const [hostname = "", port] = Deno.args[1]!.split(":");
const conn = await Deno.connect({ hostname, port: Number(port) });
const frame = new Uint8Array([
  13,
  0,
  0,
  0,
  4,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  1,
  0,
  0,
  0,
  120,
]);
const chunk = new Uint8Array(4000 * frame.length);
for (let i = 0; i < 4000; i++) chunk.set(frame, i * frame.length);
console.log("floods");
(async () => {
  for await (const _ of Deno.stdin.readable);
  Deno.exit();
})();
for (;;) {
  for (let at = 0; at < chunk.length;) {
    at += await conn.write(chunk.subarray(at));
  }
}
