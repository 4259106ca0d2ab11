// A bundle for browsers that connects by NATS.
import { connect } from "@fizyr/rpc";

try {
  await connect("nats://127.0.0.1:4222/cell.camera");
} catch (error) {
  console.log(JSON.stringify([error.name, error.message]));
}
