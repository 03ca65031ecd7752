import { advisoriesDatabase, advisoriesName } from "../../advisories/build.ts"
import { versions } from "../../versions.ts"
import type { Recipe } from "../recipe.ts"

/** A database, not a program: /db/trivy.db and /db/metadata.json. */
export const advisories: Recipe = {
  name: "advisories",
  version: versions.advisories,
  description: `Advisory database ${advisoriesName} for Trivy: facts from the GitHub Advisory Database`,
  source: "https://github.com/github/advisory-database",
  licenses: "CC-BY-4.0",
  content: [{ step: advisoriesDatabase.id, directory: "db", to: "db" }],
}
