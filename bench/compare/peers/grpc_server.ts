import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const PROTO = new URL("echo.proto", import.meta.url).pathname;
const UPDATE = new Uint8Array(32).fill(1);
/** gRPC refuses messages over 4 MiB by default. */
export const OPTIONS = { "grpc.max_receive_message_length": -1 };

/** The service, as the package makes it of the file at run time. */
// deno-lint-ignore no-explicit-any -- it has no types without generated code
export const { Echo }: any = (grpc.loadPackageDefinition(loadSync(PROTO)) as
  // deno-lint-ignore no-explicit-any -- it has no types without generated code
  any).compare;

/** Starts the server. */
export async function serve(): Promise<string> {
  const server = new grpc.Server(OPTIONS);
  server.addService(Echo.service, {
    // deno-lint-ignore no-explicit-any -- it has no types without generated code
    call: (call: any, callback: any) => callback(null, call.request),
    // deno-lint-ignore no-explicit-any -- it has no types without generated code
    calls(call: any) {
      call.on("data", (message: unknown) => {
        if (!call.write(message)) {
          call.pause();
          call.once("drain", () => call.resume());
        }
      });
      call.on("end", () => call.end());
    },
    // deno-lint-ignore no-explicit-any -- it has no types without generated code
    collect(call: any, callback: any) {
      let count = 0;
      call.on("data", () => count++);
      call.on("end", () => callback(null, { count }));
    },
    // deno-lint-ignore no-explicit-any -- it has no types without generated code
    async updates(call: any) {
      for (let i = 0; i < call.request.count; i++) {
        if (!call.write({ data: UPDATE })) {
          await new Promise((resolve) => call.once("drain", resolve));
        }
      }
      call.end();
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync(
    "127.0.0.1:0",
    grpc.ServerCredentials.createInsecure(),
    (error, port) => error ? reject(error) : resolve(port),
  );
  return `127.0.0.1:${await promise}`;
}
