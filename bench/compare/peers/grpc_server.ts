import grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const PROTO = new URL("echo.proto", import.meta.url).pathname;
const UPDATE = new Uint8Array(32).fill(1);
/** gRPC refuses messages over 4 MiB by default. */
export const OPTIONS = { "grpc.max_receive_message_length": -1 };

interface Body {
  readonly data: Uint8Array;
}

interface Numbered extends Body {
  readonly id: number;
}

interface Count {
  readonly count: number;
}

const loaded = grpc.loadPackageDefinition(loadSync(PROTO));
/** The service, as the package makes it of the file at run time. */
export const Echo = (loaded.compare as grpc.GrpcObject)
  .Echo as grpc.ServiceClientConstructor;

const call: grpc.handleUnaryCall<Body, Body> = (call, callback) =>
  callback(null, call.request);

const calls: grpc.handleBidiStreamingCall<Numbered, Numbered> = (call) => {
  call.on("data", (message: Numbered) => {
    if (!call.write(message)) {
      call.pause();
      call.once("drain", () => call.resume());
    }
  });
  call.on("end", () => call.end());
};

const collect: grpc.handleClientStreamingCall<Body, Count> = (
  call,
  callback,
) => {
  let count = 0;
  call.on("data", () => count++);
  call.on("end", () => callback(null, { count }));
};

const updates: grpc.handleServerStreamingCall<Count, Body> = async (call) => {
  for (let i = 0; i < call.request.count; i++) {
    if (!call.write({ data: UPDATE })) {
      await new Promise((resolve) => call.once("drain", resolve));
    }
  }
  call.end();
};

/** Starts the server. */
export async function serve(): Promise<string> {
  const server = new grpc.Server(OPTIONS);
  server.addService(Echo.service, { call, calls, collect, updates });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync(
    "127.0.0.1:0",
    grpc.ServerCredentials.createInsecure(),
    (error, port) => error ? reject(error) : resolve(port),
  );
  return `127.0.0.1:${await promise}`;
}
