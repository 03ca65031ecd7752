import { sonarqubeFiles, sonarScannerFiles } from "../../maven-archives.ts"
import { versions } from "../../versions.ts"
import type { Recipe } from "../recipe.ts"
import { app, searchPath } from "./common.ts"
import { jdkSet } from "./java.ts"

const home = "opt/sonarqube"
const written = ["data", "extensions", "logs", "temp"]
const java = { source: "https://github.com/SonarSource", user: `${app.id}:${app.id}` }
/** Java 17, and what the Node is linked to that the analyser of JavaScript brings. */
const system: Recipe["content"] = [
  { debian: jdkSet.name },
  { addUsers: [app], to: jdkSet.name },
  { directory: "home/app", mode: 0o755, owner: app.id },
]

/** A server for one call: its database is in it. Elasticsearch refuses root. */
export const sonarqube: Recipe = {
  ...java,
  name: "sonarqube",
  version: versions.sonarqube,
  description: "SonarQube Community with Java",
  licenses: "LGPL-3.0-only AND LicenseRef-SSALv1",
  content: [
    ...system,
    { step: sonarqubeFiles.id, directory: "sonarqube", to: home },
    ...written.map((name) => ({ directory: `${home}/${name}`, mode: 0o755, owner: app.id })),
  ],
  env: { PATH: searchPath, HOME: app.home },
  workingDirectory: `/${home}`,
  entrypoint: [
    "java",
    "-jar",
    `/${home}/lib/sonar-application-${versions.sonarqube}.jar`,
    "-Dsonar.log.console=true",
  ],
  ports: [9000],
  compression: 1,
}

export const sonarScanner: Recipe = {
  ...java,
  name: "sonar-scanner",
  version: versions.sonarScanner,
  description: "The scanner of SonarQube with Java",
  licenses: "LGPL-3.0-only",
  content: [...system, { step: sonarScannerFiles.id, directory: "sonar-scanner", to: "opt/sonar-scanner" }],
  env: { PATH: `/opt/sonar-scanner/bin:${searchPath}`, HOME: app.home },
  workingDirectory: app.home,
  compression: 1,
}
