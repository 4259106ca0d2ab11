// Peers and the protocol, over a transport of the program's own.
export * from "@fizyr/rpc/peer";
export * from "@fizyr/rpc/protocol";
