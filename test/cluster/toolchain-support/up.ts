import { cluster } from "./instance.ts"

// A process of its own, so that a test can kill it while it brings the cluster up.
await cluster.up()
