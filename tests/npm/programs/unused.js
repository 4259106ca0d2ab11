// Everything is imported, and nothing used.
import * as rpc from "@fizyr/rpc";
import * as interfaces from "@fizyr/rpc/interface";

// So that the imports aren't left out by who reads this.
export {};
if (false) console.log(rpc, interfaces);
