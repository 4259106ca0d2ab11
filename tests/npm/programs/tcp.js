// Peers over TCP.
export * from "@fizyr/rpc/peer";
export * from "@fizyr/rpc/protocol";
export { bind, connect, listen } from "@fizyr/rpc/transports/tcp";
