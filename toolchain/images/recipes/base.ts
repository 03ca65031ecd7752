import { versions } from "../../versions.ts"
import type { Recipe } from "../recipe.ts"
import { app, searchPath } from "./common.ts"

export const base: Recipe = {
  name: "base",
  version: versions.debian,
  description: "Debian without documentation, with certificate authorities",
  source: "https://www.debian.org",
  licenses: "LicenseRef-Debian",
  content: [
    { debian: "base" },
    { addUsers: [app], to: "base" },
    { directory: "home/app", mode: 0o755, owner: app.id },
  ],
  env: { PATH: searchPath },
  command: ["bash"],
}
