// One constant of all that the package has.
export { HEADER_LEN } from "@fizyr/rpc";
