import { versions } from "../../versions.ts"
import type { Recipe } from "../recipe.ts"
import { app, donorSet, ground } from "./common.ts"

/** What static programs run on: nothing in it can be started, and no file of it depends on the processor. */
export const staticBase: Recipe = {
  name: "static",
  version: versions.debian,
  description: "Certificate authorities, time zones and users, and nothing else",
  source: "https://www.debian.org",
  licenses: "LicenseRef-Debian",
  content: [
    ...ground([app]),
    { from: donorSet, collect: { programs: [], files: ["/usr/share/zoneinfo"], packages: ["tzdata"] } },
    { directory: "home/app", mode: 0o755, owner: app.id },
  ],
  user: `${app.id}:${app.id}`,
}
