/**
 * Addresses of a toolchain machine. They come from 198.18.0.0/15, which RFC 2544 sets aside for benchmarks,
 * so that they clash with nobody's network. The registry has ONE name for everybody: host, engine, containers
 * inside the engine, and both kinds of clusters.
 */
export const network = {
  /** Added to `lo` as a /32. */
  registryAddress: "198.18.0.1",
  registryPort: 5000,
  /** host:port, as image references name it; plain HTTP. */
  registry: "198.18.0.1:5000",
  /** Namespace of the tools' images in the registry. */
  toolImages: "198.18.0.1:5000/signalbox",
  /** Where `publish` pushes applications on a toolchain machine. */
  applicationImages: "198.18.0.1:5000/signalbox-apps",
  /** The pair of virtual interfaces between the host and the cluster of host processes. */
  clusterHost: "198.18.1.1",
  clusterNode: "198.18.1.2",
  clusterPrefixLength: 30,
  clusterApiServer: "https://198.18.1.2:6443",
  /** The same API server, forwarded to loopback. */
  clusterForwardPort: 16443,
  /** Engines beside the main one: each has a pair of addresses in this /24, and listens on this port. */
  engines: "198.18.2",
  enginePort: 1234,
} as const
