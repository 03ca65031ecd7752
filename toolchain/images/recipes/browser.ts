import { versions } from "../../versions.ts"
import type { Recipe } from "../recipe.ts"
import type { DebianSet } from "../rootfs/index.ts"
import { app, searchPath } from "./common.ts"

/** The browser that Playwright starts by default, without a window; letters and signs to show; what Node is linked to. */
export const browserSet: DebianSet = {
  name: "browser",
  packages: ["chromium-headless-shell", "fonts-liberation", "fonts-noto-color-emoji", "libstdc++6"],
}

/** Whole, because a browser loads libraries, fonts and their settings by name while it runs. Node comes with the tests. */
export const browser: Recipe = {
  name: "browser",
  version: versions.chromium,
  description: "Chromium without a window on Debian, with fonts",
  source: "https://www.chromium.org",
  licenses: "BSD-3-Clause AND LicenseRef-Debian",
  content: [
    { debian: browserSet.name },
    { addUsers: [app], to: browserSet.name },
    { directory: "home/app", mode: 0o755, owner: app.id },
  ],
  env: { PATH: searchPath, LANG: "C.UTF-8" },
  user: `${app.id}:${app.id}`,
  command: ["chromium-headless-shell"],
  workingDirectory: app.home,
  compression: 1,
}
