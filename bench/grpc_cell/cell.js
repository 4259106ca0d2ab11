/** What the processes of the gRPC cell share. */
import grpc from "@grpc/grpc-js";
import loader from "@grpc/proto-loader";

const proto = new URL("./cell.proto", import.meta.url).pathname;
const options = { keepCase: false, defaults: true };
const loaded = grpc.loadPackageDefinition(loader.loadSync(proto, options));
export const { Camera, Robot } = loaded;

/** A connection that is silent for both together counts as gone. */
export const keepalive = {
  "grpc.keepalive_time_ms": 1000,
  "grpc.keepalive_timeout_ms": 1000,
  "grpc.keepalive_permit_without_calls": 1,
};

/** A declared error is a name and a body in the trailers, as agreed by hand. */
export function declaredError(code, name, body) {
  const metadata = new grpc.Metadata();
  metadata.set("error-name", name);
  metadata.set("error-body", JSON.stringify(body));
  return { code, details: name, metadata };
}

/** The name and body of a declared error; else null. */
export function readDeclaredError(error) {
  const [name] = error?.metadata?.get("error-name") ?? [];
  if (name === undefined) return null;
  return { name, body: JSON.parse(error.metadata.get("error-body")[0]) };
}

/** Sends the newest value to each viewer; older ones are dropped. */
export class Broadcast {
  #viewers = new Map();

  add(call) {
    this.#viewers.set(call, { writable: true, waiting: null });
    call.on("drain", () => {
      const viewer = this.#viewers.get(call);
      if (viewer === undefined) return;
      const { waiting } = viewer;
      viewer.waiting = null;
      viewer.writable = waiting === null || call.write(waiting);
    });
    call.on("cancelled", () => this.#viewers.delete(call));
  }

  send(value) {
    for (const [call, viewer] of this.#viewers) {
      if (viewer.writable) viewer.writable = call.write(value);
      else viewer.waiting = value;
    }
  }

  end() {
    for (const call of this.#viewers.keys()) call.end();
    this.#viewers.clear();
  }
}

/** Serves until SIGTERM: open calls have half a second then. */
export async function serve(service, handlers, path, stop) {
  const server = new grpc.Server(keepalive);
  server.addService(service, handlers);
  const credentials = grpc.ServerCredentials.createInsecure();
  await new Promise((resolve, reject) =>
    server.bindAsync(
      `unix:${path}`,
      credentials,
      (error) => error ? reject(error) : resolve(),
    )
  );
  console.log("listening");
  await new Promise((resolve) => stop.addEventListener("abort", resolve));
  const timer = setTimeout(() => server.forceShutdown(), 500);
  await new Promise((resolve) => server.tryShutdown(resolve));
  clearTimeout(timer);
}
