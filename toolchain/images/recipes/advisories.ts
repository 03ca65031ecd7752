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

/** The same advisories in OSV form, for the gate dependencies: /db/npm.zip and so on, and /db/metadata.json. */
export const advisoriesOsv: Recipe = {
  ...advisories,
  name: "advisories-osv",
  description: `Advisories ${advisoriesName} in OSV form: facts from the GitHub Advisory Database`,
  content: [{ step: advisoriesDatabase.id, directory: "osv", to: "db" }],
}
